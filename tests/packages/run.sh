#!/usr/bin/env bash
# The packages as an operator has them: built twice to the same bytes, held against lintian, and in Debian 12 and 13 installed, upgraded, removed, purged, and booted for a visit.
# As root, with what scripts/test installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly RELEASES=(bookworm trixie)
work=$(mktemp -d /var/tmp/visite-packages.XXXX)
trap 'rm -rf "$work"' EXIT

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
VISITE_VERSION=$version-1 scripts/package --check "$work/packages"
VISITE_VERSION=$version-2 scripts/package "$work/newer" >/dev/null
# Nobody uploads them to Debian, so they close no bug of its.
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$work"/packages/*.deb

for release in "${RELEASES[@]}"; do
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$release" "$work/$release" >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
  cp -a "$work/$release" "$work/$release-booted"
  tests/packages/install.sh "$work/$release" "$work/packages" "$work/newer"
  tests/packages/boot.sh "$work/$release-booted" "$work/packages" "$work/newer" "${1:-}"
  rm -rf "$work/$release"*
done
