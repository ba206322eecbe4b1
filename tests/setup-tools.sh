#!/bin/sh
# Stock tools the tests compare us with: ssh-keygen (signatures), Chromium and its driver (pages), pdftoppm (pictures), strace (what reaches the disk), LibreOffice (workbooks as a clerk opens them).
set -eu
need=""
command -v git >/dev/null || need="$need git"
command -v ssh-keygen >/dev/null || need="$need openssh-client"
command -v chromium >/dev/null || need="$need chromium"
command -v chromedriver >/dev/null || need="$need chromium-driver"
ls /usr/share/fonts/truetype/dejavu >/dev/null 2>&1 || need="$need fonts-dejavu-core"
command -v pdftoppm >/dev/null || need="$need poppler-utils"
command -v strace >/dev/null || need="$need strace"
command -v soffice >/dev/null || need="$need libreoffice-calc-nogui"
[ -n "$need" ] || exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing for the tests:$need"
  apt-get update -q >/dev/null
  # shellcheck disable=SC2086 - a list of package names
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $need >/dev/null
else
  echo "missing for the tests:$need (install them with your package manager)" >&2
  exit 1
fi
