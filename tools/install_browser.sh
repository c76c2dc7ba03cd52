#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: quick when there is one, from Debian's packages else.
#
# Looks, in this order, at STARSEND_CHROMIUM (a path), at `chromium` on the PATH, and at /usr/bin/chromium.
# Installs as root on Debian and its kin; anywhere else it says what to do and ends with 7, as our set-up faults do.
set -euo pipefail

readonly PACKAGES=(chromium fonts-liberation fonts-dejavu-core)

stop() {
  echo "install_browser: $1" >&2
  echo "  remedy: install the package ${PACKAGES[0]}, or point STARSEND_CHROMIUM at a Chromium or Chrome" >&2
  exit 7
}

if [ -n "${STARSEND_CHROMIUM:-}" ]; then
  [ -x "$STARSEND_CHROMIUM" ] || stop "STARSEND_CHROMIUM is $STARSEND_CHROMIUM, and nothing there can be run"
  exit 0
fi
if command -v chromium >/dev/null || [ -x /usr/bin/chromium ]; then
  exit 0
fi

command -v apt-get >/dev/null || stop "there is no Chromium here, and no apt-get to install it with"
[ "$(id -u)" -eq 0 ] || stop "there is no Chromium here, and only root may install packages"

echo "installing ${PACKAGES[*]} for the browser tests"
export DEBIAN_FRONTEND=noninteractive
readonly APT=(apt-get --quiet --quiet -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
"${APT[@]}" update >&2 || stop "apt-get could not read its lists of packages"
"${APT[@]}" install --yes --no-install-recommends "${PACKAGES[@]}" >&2 || stop "apt-get could not install them"
command -v chromium >/dev/null || stop "apt-get installed them, and there is still no chromium on the PATH"
