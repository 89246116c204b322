# Sourced by run.sh: an installation on two machines, with a database on two servers. One works and one waits; the database is taken away, and then the machine.

two_machines() {
  local name
  boot db-1 20
  boot db-2 21
  boot first 22
  boot second 23
  for name in "${!LEADER[@]}"; do printf '%s.20 db-1.example.org\n%s.21 db-2.example.org\n' "$NETWORK" "$NETWORK" >>"$work/$name/root/etc/hosts"; done
  databases
  for name in first second; do
    trust "$name"
    hand_packages "$work/old" "$name"
    follow "$name" install.md "1. The packages"
    follow "$name" install.md "2. The name and the certificate"
    configure "$name" 's/^#metrics = /metrics = /' signal-d.toml
    printf '[postgres]\nhosts = ["db-1.example.org", "db-2.example.org"]\ndatabase = "visite"\nuser = "visite-session"\nca = "/etc/ssl/certs/ca-certificates.crt"\npassword_file = "/run/credentials/session-d.service/key_postgres.password"\n' >>"$work/$name/root/etc/visite/session-d.toml"
    cp "$work/db-1/root/guide/session.password" "$work/$name/root/etc/visite/keys/session-d/postgres.password"
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
  tell "one of two machines works, the other waits"

  database_is_lost
  machine_is_lost
}

# One, and a replica that has what the first acknowledges.
databases() {
  local name
  for name in db-1 db-2; do
    install -m 644 "$work/certificates/ca.pem" "$work/certificates/server.pem" "$work/$name/root/guide/"
    install -m 600 "$work/certificates/server.key" "$work/$name/root/guide/"
    inside "$name" bash -euc 'mkdir -p /var/lib/postgresql /var/log/postgresql
      rm -rf /etc/postgresql && mkdir /etc/postgresql && mv /guide/*.pem /guide/server.key /etc/postgresql
      chown -R postgres: /var/lib/postgresql /var/log/postgresql /etc/postgresql
      systemd-tmpfiles --create postgresql-common.conf
      pg_createcluster "$(ls /usr/lib/postgresql | sort -V | tail -n 1)" main
      systemctl daemon-reload' >"$work/said" 2>&1 || { cat "$work/said"; fail "there is no database server"; }
    follow "$name" high-availability.md "The databases" 1
  done
  follow db-1 high-availability.md "The databases" 2
  replicate db-1 db-2
}

# replicate FROM TO
replicate() {
  cp "$work/db-1/root/guide/replica.password" "$work/$2/root/guide/" 2>/dev/null || true
  follow "$2" high-availability.md "The replica" 1 "PRIMARY=$1.example.org"
  until_true "there is a replica" 30 has_replica "$1"
  follow "$1" high-availability.md "Nothing lost"
  until_true "the replica is waited for" 30 waits_for_replica "$1"
}
replicas() { inside "$1" runuser -u postgres -- psql --dbname postgres --no-align --tuples-only --command "SELECT state || ' ' || sync_state FROM pg_stat_replication"; }
has_replica() { replicas "$1" | grep -q ^streaming; }
waits_for_replica() { [ "$(replicas "$1")" = "streaming sync" ]; }

# The server that is written to is gone without a word, while somebody writes; the replica takes its place.
database_is_lost() {
  local writer before name
  : >"$work/acknowledged"
  write & writer=$!
  until_true "somebody writes" 30 has_acknowledged 10
  cut_off db-1
  before=$(wc -l <"$work/acknowledged")
  follow db-2 high-availability.md "When the first database is gone"
  until_true "it goes on with the promoted one" 30 has_acknowledged $((before + 5))
  touch "$work/enough"
  wait "$writer"
  until_true "who comes to the name is served" 30 is_served
  # The machine that worked may have lost its lock to the other one, which its watchdog ends.
  until_true "what is stored is read from there" 90 lists
  says "Praxis am Finkenweg"
  while read -r name; do says "$name"; done <"$work/acknowledged"
  tell "a database was lost, and nothing of what was acknowledged ($(wc -l <"$work/acknowledged") writes)"
  inside db-1 systemctl stop postgresql
  rejoin db-1
  until_true "the old one reaches the new one" 30 reaches_new_database
  replicate db-2 db-1
  tell "the old one is the replica of the new one"
}

# Makes practices one after the other wherever that works, and keeps the names of those of which it was said that they are made.
write() {
  local name count=0
  while [ -d "$work" ] && [ ! -e "$work/enough" ]; do
    count=$((count + 1))
    for name in first second; do
      if inside "$name" timeout 5 visite practice add "Practice number $count of $name" >/dev/null 2>&1; then
        echo "Practice number $count of $name" >>"$work/acknowledged"
        break
      fi
    done
  done
}
has_acknowledged() { [ "$(wc -l <"$work/acknowledged")" -ge "$1" ]; }
lists() { inside "$(working)" timeout 5 visite practice list >"$work/said" 2>/dev/null; }
reaches_new_database() { inside db-1 bash -c '</dev/tcp/db-2.example.org/5432' 2>/dev/null; }
working() { if is_ready first; then echo first; else echo second; fi; }

machine_is_lost() {
  local one other
  one=$(working)
  [ "$one" = first ] && other=second || other=first
  follow "$one" high-availability.md "Try it"
  until_true "the other machine works" 90 is_ready "$other"
  until_true "the other machine has the address" 30 has_address "$other"
  until_true "who comes to the name is served" 10 is_served
  inside "$other" visite practice list >"$work/said"
  says "Praxis am Finkenweg"
  tell "one of two machines was taken away, and the other works"
}

has_address() { inside "$1" ip -brief address show eth0 | grep -q " $NETWORK\.10/"; }
is_served() { [ "$(outside curl --silent --max-time 3 --cacert "$work/certificates/ca.pem" --resolve "video.example.org:443:$NETWORK.10" https://video.example.org/readyz)" = ready ]; }
