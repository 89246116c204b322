# Sourced by run.sh: machines with a systemd of their own, which see this one's programs and change nothing of it; and the street that they stand in.
#
# /usr and /etc of a machine are this one's with a layer above, in memory; /var is its own. So it is of this machine's Debian release, and boots within seconds.

readonly STREET=guides-street NETWORK=10.77.13
declare -A LEADER=()
machines=()

open_street() {
  close_street
  ip netns add "$STREET"
  ip -n "$STREET" link add bridge type bridge
  ip -n "$STREET" addr add "$NETWORK.1/24" dev bridge
  ip -n "$STREET" link set bridge up
  ip -n "$STREET" link set lo up
}
close_street() {
  local one
  for one in $(ip netns list | awk '/^guides-/ { print $1 }'); do ip netns delete "$one"; done
}

# A command of somebody's outside.
outside() { ip netns exec "$STREET" "$@"; }
inside() { nsenter --target "${LEADER[$1]}" --all -- env -i LC_ALL=C HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"; }

# boot NAME HOST: at an address of the street that ends with HOST.
boot() {
  local name=$1 host=$2 root=$work/$1/root link init i
  mkdir -p "$work/$name"
  mount -t tmpfs -o size=2g,mode=755 guides "$work/$name"
  mkdir -p "$root"/{usr,etc,var/lib,run,proc,sys,dev,tmp,root,guide} "$work/$name"/{usr,etc}-{upper,work}
  chmod 1777 "$root/tmp"
  for link in bin sbin lib lib64; do [ ! -e "/$link" ] || ln -s "usr/$link" "$root/$link"; done
  for link in usr etc; do
    mount -t overlay overlay -o "lowerdir=/$link,upperdir=$work/$name/$link-upper,workdir=$work/$name/$link-work" "$root/$link"
  done
  # What this machine would start is none of theirs.
  # A policy of this machine's that nothing be started is none of theirs either.
  rm -rf "$root"/etc/systemd/system/* "$root/usr/sbin/policy-rc.d"
  # Without one it would take this for its first start, and enable all there is.
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  cp -a /var/lib/dpkg "$root/var/lib/dpkg"
  printf '127.0.0.1 localhost %s %s\n%s.10 video.example.org\n' "$name" "$(hostname)" "$NETWORK" >"$root/etc/hosts"
  printf 'nameserver 127.0.0.1\n' >"$root/etc/resolv.conf"

  ip netns add "guides-$name"
  ip -n "$STREET" link add "$name" type veth peer name eth0 netns "guides-$name"
  ip -n "$STREET" link set "$name" master bridge up
  ip -n "guides-$name" addr add "$NETWORK.$host/24" dev eth0
  ip -n "guides-$name" link set eth0 up
  ip -n "guides-$name" link set lo up
  UNIFIED_CGROUP_HIERARCHY=1 systemd-nspawn --quiet --directory "$root" --boot --register=no --keep-unit --console=pipe --hostname "$name" \
    --network-namespace-path="/run/netns/guides-$name" --rlimit=RLIMIT_NOFILE=1048576 --capability=CAP_NET_ADMIN \
    --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" </dev/null >"$work/$name.console" 2>&1 &
  machines+=($!)
  for ((i = 0; i < 50; i++)); do
    init=$(pgrep -P "${machines[-1]}" -x systemd || true)
    [ -z "$init" ] || break
    sleep 0.2
  done
  [ -n "$init" ] || { cat "$work/$name.console"; return 1; }
  LEADER[$name]=$init
  until_true "$name has booted" 60 sh -c "nsenter --target $init --all -- systemctl is-system-running 2>/dev/null | grep -q -e running -e degraded"
}

# A machine is gone at once, as by a cut cable; and back.
cut_off() { ip -n "$STREET" link set "$1" down; }
rejoin() { ip -n "$STREET" link set "$1" up; }

end_machines() {
  local one
  for one in "${machines[@]}"; do kill "$one" 2>/dev/null && wait "$one" 2>/dev/null || true; done
  close_street
  for one in "$work"/*/; do
    umount "$one"root/{usr,etc} 2>/dev/null || true
    umount "$one" 2>/dev/null || true
  done
}

# --- What is installed in them ---

# pack VERSION FOLDER: packages of what cargo has built, quickly made. How those are that are given out is for tests/packages.
pack() {
  local version=$1 folder=$2 one tree architecture
  architecture=$(dpkg --print-architecture)
  mkdir -p "$folder"
  for one in session-d signal-d stun-d visite; do
    tree=$work/pack/$one
    rm -rf "$tree"
    mkdir -p "$tree"/{DEBIAN,usr/bin,usr/lib/systemd/system,usr/lib/sysusers.d,usr/lib/tmpfiles.d,etc/visite}
    cp "$programs/$one" "$tree/usr/bin/"
    find systemd -name "$one.service" -o -name "$one.socket" -o -name "$one-probe.*" | xargs -I{} cp {} "$tree/usr/lib/systemd/system/"
    cp "systemd/$one.sysusers" "$tree/usr/lib/sysusers.d/$one.conf"
    [ "$one" = visite ] || cp "systemd/$one.tmpfile" "$tree/usr/lib/tmpfiles.d/$one.conf"
    [ ! -f "deploy/$one.toml" ] || { cp "deploy/$one.toml" "$tree/etc/visite/"; echo "/etc/visite/$one.toml" >"$tree/DEBIAN/conffiles"; }
    [ "$one" != signal-d ] || { mkdir -p "$tree/usr/share/visite"; cp -r web/dist "$tree/usr/share/visite/web"; }
    printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: nobody\nDescription: for a test\n' "$one" "$version" "$architecture" >"$tree/DEBIAN/control"
    [ ! -f "deploy/debian/$one/postinst" ] || sed "s|^#DEBHELPER#|systemd-sysusers $one.conf; systemd-tmpfiles --create $one.conf; systemctl daemon-reload|" "deploy/debian/$one/postinst" >"$tree/DEBIAN/postinst"
    [ "$one" != visite ] || printf '#!/bin/sh\nsystemd-sysusers visite.conf\n' >"$tree/DEBIAN/postinst"
    sed /DEBHELPER/d "deploy/debian/$one/postrm" >"$tree/DEBIAN/postrm"
    chmod 755 "$tree"/DEBIAN/post*
    dpkg-deb --root-owner-group -Znone --build "$tree" "$folder/${one}_${version}_$architecture.deb" >/dev/null
  done
  rm -rf "$work/pack"
}
hand_packages() { rm -f "$work/$2"/root/guide/*.deb; cp "$1"/*.deb "$work/$2/root/guide/"; }
