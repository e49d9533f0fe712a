#!/bin/sh
# Build the advocates' style sheets and script into portal/advocate/static, or into the folder named.
# Needs Node 18 or newer and npm. The result is committed, so that nobody needs Node to run Wayside.
set -eu
cd "$(dirname "$0")"
static=${1:-../portal/advocate/static}
[ -x node_modules/.bin/sass ] || npm ci --silent
uswds=node_modules/@uswds/uswds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new="$work/static"
mkdir "$new"

sass="node_modules/.bin/sass --no-source-map --style=compressed --no-charset --quiet-deps"
$sass -I $uswds/packages uswds.scss "$work/all.css"
# The pages use no italics: drop those two faces, so that every file the sheet names is shipped.
sed 's/@font-face{[^}]*font-style:italic[^}]*}//g' "$work/all.css" > "$new/uswds.css"
$sass wayside.css "$new/wayside.css"

for path in $(grep -oE 'url\("?(fonts|img)/[^")]*' "$new/uswds.css" | sed -E 's/url\("?//' | sort -u); do
  mkdir -p "$new/$(dirname "$path")"
  cp "$uswds/dist/$path" "$new/$path"
done
cp $uswds/LICENSE.md "$new/LICENSE-uswds.md"
cp wayside.js icon.svg "$new/"
sha256sum uswds.scss wayside.css wayside.js icon.svg package-lock.json > "$new/sources.sha256"
(cd "$new" && sha256sum uswds.css wayside.css) > "$new/built.sha256"

# Only now: a build that fails leaves what was there.
rm -rf "$static"
mkdir -p "$static"
cp -R "$new/." "$static/"
