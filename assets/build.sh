#!/bin/sh
# Build the advocates' style sheets and script into portal/advocate/static.
# Needs Node 18 or newer. The result is committed, so that nobody needs Node to run Wayside.
set -eu
cd "$(dirname "$0")"
static=../portal/advocate/static
[ -x node_modules/.bin/sass ] || npm ci --silent
uswds=node_modules/@uswds/uswds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sass="node_modules/.bin/sass --no-source-map --style=compressed --no-charset --quiet-deps"
$sass -I $uswds/packages uswds.scss "$work/all.css"
# The pages use no italics: drop those two faces, so that every file the sheet names is shipped.
sed 's/@font-face{[^}]*font-style:italic[^}]*}//g' "$work/all.css" > "$work/uswds.css"
$sass wayside.css "$work/wayside.css"

rm -rf "$static"
mkdir -p "$static"
for path in $(grep -oE 'url\("?(fonts|img)/[^")]*' "$work/uswds.css" | sed -E 's/url\("?//' | sort -u); do
  mkdir -p "$static/$(dirname "$path")"
  cp "$uswds/dist/$path" "$static/$path"
done
cp $uswds/LICENSE.md "$static/LICENSE-uswds.md"
cp "$work/uswds.css" "$work/wayside.css" wayside.js icon.svg "$static/"
sha256sum uswds.scss wayside.css wayside.js icon.svg package-lock.json > "$static/sources.sha256"
