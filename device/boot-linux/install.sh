#!/bin/sh
# Installs the supervisor on a board that runs Linux with systemd: copies it, writes its configuration unless there is
# one, and starts it now and at each boot. Run it as root, in the folder that holds supervisor.mjs and shoal.service.
#
#   ./install.sh --board parallella-16 [--serial /dev/ttyPS0] [--exports fs] [--memory /dev/epiphany/mesh0]
#
# --memory: hosts use the cores, by this device; it takes `npm install --prefix /var/lib/shoal koffi`.
# --root FOLDER installs into the file system under that folder, such as a mounted SD card, and starts nothing.
set -eu

board=
serial=
exports=
memory=
root=
while [ $# -gt 0 ]; do
  case $1 in
    --board) board=$2; shift 2 ;;
    --serial) serial=$2; shift 2 ;;
    --exports) exports=$2; shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --root) root=$2; shift 2 ;;
    *) echo "install.sh: $1 is not known; see the head of this file" >&2; exit 2 ;;
  esac
done
if [ -z "$board" ]; then
  echo "install.sh: --board is missing: the name of this board, such as parallella-16" >&2
  exit 2
fi
if [ -z "$root" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "install.sh: only root may install: sudo ./install.sh --board $board" >&2
    exit 4
  fi
  if ! command -v node >/dev/null || [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
    echo "install.sh: Node 20 or newer must be installed first" >&2
    exit 1
  fi
fi

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$root/opt/shoal" "$root/etc/shoal" "$root/etc/systemd/system"
# Under another name first: a supervisor that runs keeps the file that it was started from.
cp "$here/supervisor.mjs" "$root/opt/shoal/supervisor.mjs.new"
mv "$root/opt/shoal/supervisor.mjs.new" "$root/opt/shoal/supervisor.mjs"
cp "$here/shoal.service" "$root/etc/systemd/system/shoal.service"

config=$root/etc/shoal/supervisor.json
if [ -e "$config" ]; then
  echo "install.sh: $config is there already and stays as it is"
else
  {
    echo '{'
    echo "  \"board\": \"$board\","
    if [ -n "$serial" ]; then echo "  \"serial\": { \"path\": \"$serial\", \"baud\": 115200 },"; fi
    window=
    if [ -n "$memory" ]; then window=", \"SHOAL_MEMORY\": \"mem:$memory,board=$board\""; fi
    echo "  \"environment\": { \"SHOAL_TCP_PORT\": \"7000\", \"SHOAL_EXPORTS\": \"images${exports:+,$exports}\"$window }"
    echo '}'
  } >"$config"
fi

if [ -z "$root" ]; then
  systemctl daemon-reload
  systemctl enable --now shoal.service
  systemctl restart shoal.service
  echo "install.sh: the supervisor of this $board runs; from your computer: shoal flash udp://$(hostname)"
else
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
  ln -sf ../shoal.service "$root/etc/systemd/system/multi-user.target.wants/shoal.service"
  echo "install.sh: installed under $root; it starts when that system boots"
fi
