#!/bin/sh
# Give each process of an embedded deployment its own operating-system account, and each file to those who need it.
# Usage, as root: scripts/separate-users.sh WAYSIDE_HOME ROOT_KEY_FILE
# Leaves one copy of the root key beside ROOT_KEY_FILE for each process that needs it. Safe to run again.
set -eu
[ "$(id -u)" -eq 0 ] || { echo "separate-users: run this as root" >&2; exit 1; }
[ $# -eq 2 ] || { echo "usage: scripts/separate-users.sh WAYSIDE_HOME ROOT_KEY_FILE" >&2; exit 2; }
home=$(realpath "$1")
root_key=$(realpath "$2")
[ -f "$home/home.json" ] || { echo "separate-users: $home is no Wayside home: run 'wayside init' first" >&2; exit 1; }

for group in wayside-vault wayside-intake-spool wayside-callbacks-spool; do
    getent group "$group" >/dev/null || groupadd --system "$group"
done
account() { # name, groups
    getent passwd "wayside-$1" >/dev/null ||
        useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "wayside-$1"
    usermod -G "$2" "wayside-$1"
}
account intake wayside-intake-spool
account callbacks wayside-callbacks-spool
account portal wayside-vault
account ingest wayside-vault,wayside-intake-spool,wayside-callbacks-spool
account send wayside-vault,wayside-callbacks-spool
account print wayside-vault

share() { # folder, owner, group
    chown -R "$2:$3" "$home/$1"
    chmod 2770 "$home/$1"
    find "$home/$1" -type f -exec chmod 660 {} +
}
share intake wayside-intake wayside-intake-spool
share callbacks wayside-callbacks wayside-callbacks-spool
share vault wayside-ingest wayside-vault
share epoch wayside-ingest wayside-vault
chmod 640 "$home/vault/keys.json" "$home/epoch/a.key" "$home/epoch/b.key"
[ ! -e "$home/callbacks/twilio-token" ] || chmod 640 "$home/callbacks/twilio-token"
for name in ingest portal send; do
    chown -R "wayside-$name:" "$home/$name"
    chmod 700 "$home/$name"
    find "$home/$name" -type f -exec chmod 600 {} +
done
chown -R root: "$home/public" "$home/home.json"
chmod 711 "$home"
chmod 755 "$home/public"

keys=$(dirname "$root_key")
chmod 711 "$keys"
for name in portal ingest send print; do
    install -o "wayside-$name" -m 600 "$root_key" "$keys/$name.key"
done
echo "Each process: run as wayside-NAME, umask 007, WAYSIDE_HOME=$home; portal and worker roles also"
echo "WAYSIDE_ROOT_KEY_FILE=$keys/NAME.key (portal, ingest, send, print)."
