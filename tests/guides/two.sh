# Sourced by run.sh: a practice's installation on two machines, with a database server. One works, one waits; the first is taken away.

two_machines() {
  boot db 20
  boot first 21
  boot second 22
  database
  for name in first second; do
    trust "$name"
    printf '%s.20 db-1.example.org\n' "$NETWORK" >>"$work/$name/root/etc/hosts"
    hand_packages "$work/old" "$name"
    follow "$name" install.md "1. The packages"
    follow "$name" install.md "2. The name and the certificate"
    configure "$name" 's/^#metrics = /metrics = /' signal-d.toml
    printf '[postgres]\nhosts = ["db-1.example.org"]\ndatabase = "visite"\nuser = "visite-session"\nca = "/guide/ca.pem"\npassword_file = "/run/credentials/session-d.service/key_postgres.password"\n' >>"$work/$name/root/etc/visite/session-d.toml"
    cp "$work/certificates/ca.pem" "$work/$name/root/guide/"
    echo "a password of the database's" >"$work/$name/root/etc/visite/keys/session-d/postgres.password"
  done
  follow first install.md "3. Start"
  follow first install.md "4. The first practice"
  until_true "the first machine works" 60 is_ready first
  follow first high-availability.md "The first machine"
  cp "$work/first/root/guide/keys.tar" "$work/second/root/guide/"
  follow second high-availability.md "The second machine"
  for name in first second; do follow "$name" high-availability.md "The address that moves"; done
  until_true "the first machine has the address" 30 has_address first
  ! has_address second || fail "both have the address"
  ! is_ready second || fail "both work"
  until_true "who comes to the name is served" 10 is_served

  follow db high-availability.md "Try it" 2
  follow first high-availability.md "Try it" 1
  until_true "the second machine works" 90 is_ready second
  until_true "the second machine has the address" 30 has_address second
  until_true "who comes to the name is served" 10 is_served
  inside second visite practice list >"$work/said"
  says "Praxis am Finkenweg"
  tell "one of two machines was taken away, and the other works"
}

# With a certificate, and a user for session-d.
database() {
  local root=$work/db/root
  install -m 644 "$work/certificates/server.pem" "$root/guide/server.pem"
  install -m 600 "$work/certificates/server.key" "$root/guide/server.key"
  inside db sh -euc "mkdir -p /var/lib/postgresql /var/log/postgresql
    rm -rf /etc/postgresql && mkdir /etc/postgresql && chown postgres: /var/lib/postgresql /var/log/postgresql /etc/postgresql /guide/server.*
    pg_createcluster \$(ls /usr/lib/postgresql | sort -V | tail -n 1) main >/dev/null
    cd /etc/postgresql/*/main
    printf 'ssl = on\nssl_cert_file = %s\nssl_key_file = %s\nlisten_addresses = %s\n' \"'/guide/server.pem'\" \"'/guide/server.key'\" \"'*'\" >>postgresql.conf
    echo 'hostssl visite visite-session $NETWORK.0/24 scram-sha-256' >>pg_hba.conf
    pg_ctlcluster \$(ls /usr/lib/postgresql | sort -V | tail -n 1) main start
    cd / && runuser -u postgres -- createuser visite-session && runuser -u postgres -- createdb --owner visite-session visite
    runuser -u postgres -- psql --quiet --command \"ALTER USER \\\"visite-session\\\" PASSWORD 'a password of the database''s'\"" >"$work/said" 2>&1 || { cat "$work/said"; tail -n 5 "$root"/var/log/postgresql/* || true; fail "there is no database server"; }
}

has_address() { inside "$1" ip -brief address show eth0 | grep -q " $NETWORK\.10/"; }
is_served() { [ "$(outside curl --silent --max-time 3 --cacert "$work/certificates/ca.pem" --resolve "video.example.org:443:$NETWORK.10" https://video.example.org/readyz)" = ready ]; }
