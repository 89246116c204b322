// Homes behind routers, and a server in the open, out of network namespaces (root, iproute2, nftables).
//
//   doctor    10.1.0.2 --- router 203.0.113.101 ---+
//   guest     10.2.0.2 --- router 203.0.113.102 ---+--- server 203.0.113.1 (visite.test)
//   neighbour 10.1.0.3 --- (the doctor's router)
//
// The server has a second address, 203.0.113.2, for what is to listen on port 443 beside the web app.
//
// With `wire` the three meet on a line of our own making (tests/wire), which can be slowed down, made to lose, and cut. Else on a bridge of the kernel's.
//
// With IPv6 each home has a prefix of its own, 2001:db8:N::/64, behind a router that lets nothing in unasked.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARIES } from '../harness/installation.js';

export const SERVER = '203.0.113.1';
export const BESIDE = '203.0.113.2';
export const BESIDE_NAME = 'relay.visite.test';
export const NAME = 'visite.test';

/** What a router does with UDP, in RFC 4787's words, as nftables says it. */
const ROUTERS = {
  // Mapping and filtering independent of the other end: whoever knows the mapping gets in.
  'full-cone': { masquerade: 'masquerade', inward: (host) => `iifname "wan" udp dport 1024-65535 dnat to ${host}` },
  // Mapping independent, filtering by address: whoever was sent something gets in, from whatever port.
  'address-restricted': {
    masquerade: 'masquerade',
    noted: 'oifname "wan" meta l4proto udp add @seen { ip daddr }',
    inward: (host) => `iifname "wan" ip saddr @seen udp dport 1024-65535 dnat to ${host}`,
  },
  // Mapping independent, filtering by address and port: Linux keeps the port where it can.
  'port-restricted': { masquerade: 'masquerade' },
  // Another mapping for every other end.
  symmetric: { masquerade: 'masquerade fully-random' },
  // TCP only.
  'udp-blocked': { masquerade: 'masquerade', outward: 'meta l4proto udp drop' },
  // What a browser needs for pages.
  'web-only': { masquerade: 'masquerade', outward: 'meta l4proto udp drop; iifname "lan" tcp dport != { 80, 443 } drop' },
};

export class Street {
  static build({ ipv6 = false } = {}) {
    const street = new Street();
    Object.assign(street, { ipv6, prefix: `visite${process.pid}`, spaces: [] });
    process.on('exit', () => street.clear());
    street.space('server');
    street.bridge('server', 'road');
    for (const [home, number] of HOMES) {
      street.home(home, number);
      street.cable('server', `to-${home}`, `router-${home}`, 'wan');
      street.ip('server', `link set to-${home} master road`);
    }
    street.settle();
    return street;
  }

  /** The same street on the wire. */
  static async buildOnWire() {
    const street = new Street();
    Object.assign(street, { ipv6: false, prefix: `visite${process.pid}`, spaces: [] });
    process.on('exit', () => street.clear());
    street.space('server');
    for (const [home, number] of HOMES) street.home(home, number);
    const ends = [['server', 'road'], ...HOMES.map(([home]) => [`router-${home}`, 'wan'])];
    street.wire = spawn(join(BINARIES, 'wire'), ends.map(([space, device]) => `${street.name(space)}:${device}`), { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(street.wire.stdout, 'data');
    for (const [space, device] of ends) street.ip(space, `link set ${device} up`);
    street.settle();
    street.introduce(ends);
    return street;
  }

  /** Addresses on the road, and what else lives in the homes. */
  settle() {
    this.address('server', 'road', `${SERVER}/24`, '2001:db8::1/64');
    this.ip('server', `address add ${BESIDE}/24 dev road`);
    for (const [home, number] of HOMES) {
      this.address(`router-${home}`, 'wan', `203.0.113.${100 + number}/24`, `2001:db8::${number}:1/64`);
      if (this.ipv6) this.ip(`router-${home}`, '-6 route add default via 2001:db8::1');
      if (this.ipv6) this.ip('server', `-6 route add 2001:db8:${number}::/64 via 2001:db8::${number}:1`);
    }
    if (this.ipv6) this.sysctl('server', 'net.ipv6.conf.all.forwarding=1');
    this.inhabit('doctor', 'neighbour', 3);
    for (const [home] of HOMES) this.router(home, 'port-restricted');
  }

  /** Whoever is on the wire knows the others' hardware addresses: asking for them would cost a round trip. */
  introduce(ends) {
    const known = ends.map(([space, device]) => {
      const [line] = execFileSync('ip', ['-n', this.name(space), '-4', '-o', 'address', 'show', device], { encoding: 'utf8' }).split('\n');
      const [{ address }] = JSON.parse(execFileSync('ip', ['-n', this.name(space), '-j', 'link', 'show', device], { encoding: 'utf8' }));
      return { space, device, ip: /inet ([\d.]+)/.exec(line)[1], mac: address };
    });
    for (const { space, device } of known)
      for (const other of known) if (other.space !== space) this.ip(space, `neigh replace ${other.ip} lladdr ${other.mac} dev ${device} nud permanent`);
  }

  /** What the line to a home, to the `server` or to `all` is like from now on: `delay-ms 25`, `loss 5`, `rate-kbit 150`, `cut`, `mend`. */
  line(end, ...orders) {
    const place = end === 'all' ? end : this.name(end === 'server' ? end : `router-${end}`);
    for (const order of orders) this.wire.stdin.write(`${place} ${order}\n`);
  }

  /** A home's provider gives it another address. What was open under the old one is forgotten by the router (`masquerade` does that). */
  renumber(home, last) {
    const router = `router-${home}`;
    this.ip(router, `address del 203.0.113.${100 + new Map(HOMES).get(home)}/24 dev wan`);
    this.ip(router, `address add 203.0.113.${last}/24 dev wan`);
  }

  name(space) {
    return `${this.prefix}-${space}`;
  }

  home(home, number) {
    const router = `router-${home}`;
    this.space(router);
    this.sysctl(router, 'net.ipv4.ip_forward=1');
    this.bridge(router, 'lan');
    this.address(router, 'lan', `10.${number}.0.1/24`, `2001:db8:${number}::1/64`);
    this.inhabit(home, home, 2);
    if (!this.ipv6) return;
    this.sysctl(router, 'net.ipv6.conf.all.forwarding=1');
  }

  /** Puts a machine into a home. */
  inhabit(home, machine, last) {
    const [router, number] = [`router-${home}`, new Map(HOMES).get(home)];
    this.space(machine);
    this.cable(router, `to-${machine}`, machine, 'eth0');
    this.ip(router, `link set to-${machine} master lan`);
    this.address(machine, 'eth0', `10.${number}.0.${last}/24`, `2001:db8:${number}::${last}/64`);
    this.ip(machine, `route add default via 10.${number}.0.1`);
    if (this.ipv6) this.ip(machine, `-6 route add default via 2001:db8:${number}::1`);
  }

  /** Gives a home a router of this kind. */
  router(home, kind) {
    const { masquerade, inward, outward = '', noted = '' } = ROUTERS[kind];
    const host = `10.${new Map(HOMES).get(home)}.0.2`;
    // What comes from outside and belongs to nothing is dropped before it is tracked to the end: else an early packet of the other side
    // would hold the port, and the host's own packet would get another one.
    const rules = `flush ruleset
      table ip home {
        set seen { type ipv4_addr; flags dynamic, timeout; timeout 2m; }
        chain arriving { type nat hook prerouting priority dstnat; ${inward?.(host) ?? ''}; }
        chain leaving { type nat hook postrouting priority srcnat; ${noted}; oifname "wan" ${masquerade}; }
        chain to-router { type filter hook input priority filter; iifname "wan" ct state != { established, related } drop; }
      }
      table inet door {
        chain through {
          type filter hook forward priority filter; policy drop;
          ${outward};
          ct state { established, related } accept;
          iifname "lan" accept;
          ct status dnat accept;
          meta l4proto ipv6-icmp accept;
        }
      }`;
    execFileSync('ip', ['netns', 'exec', this.name(`router-${home}`), 'nft', '-f', '-'], { input: rules });
  }

  space(space) {
    const name = this.name(space);
    this.spaces.push(name);
    execFileSync('ip', ['netns', 'add', name]);
    this.ip(space, 'link set lo up');
    const off = this.ipv6 ? 0 : 1;
    this.sysctl(space, `net.ipv6.conf.all.disable_ipv6=${off}`, `net.ipv6.conf.default.disable_ipv6=${off}`, 'net.ipv6.conf.default.accept_dad=0');
    mkdirSync(`/etc/netns/${name}`, { recursive: true });
    const v6 = this.ipv6 ? `2001:db8::1 ${NAME}\n` : '';
    writeFileSync(`/etc/netns/${name}/hosts`, `127.0.0.1 localhost\n${SERVER} ${NAME}\n${BESIDE} ${BESIDE_NAME}\n${v6}`);
    writeFileSync(`/etc/netns/${name}/resolv.conf`, '');
  }

  bridge(space, name) {
    this.ip(space, `link add ${name} type bridge forward_delay 0`);
    this.ip(space, `link set ${name} up`);
    // Some kernels send what a bridge carries through the router's own rules.
    this.sysctl(space, '--ignore', 'net.bridge.bridge-nf-call-iptables=0', 'net.bridge.bridge-nf-call-ip6tables=0');
  }

  cable(space, end, otherSpace, otherEnd) {
    this.ip(space, `link add ${end} type veth peer name ${otherEnd} netns ${this.name(otherSpace)}`);
    this.ip(space, `link set ${end} up`);
    this.ip(otherSpace, `link set ${otherEnd} up`);
  }

  address(space, link, v4, v6) {
    this.ip(space, `address add ${v4} dev ${link}`);
    if (this.ipv6) this.ip(space, `address add ${v6} dev ${link} nodad`);
  }

  ip(space, command) {
    execFileSync('ip', ['-n', this.name(space), ...command.split(' ')], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  sysctl(space, ...settings) {
    execFileSync('ip', ['netns', 'exec', this.name(space), 'sysctl', '-q', '-w', ...settings], { stdio: 'ignore' });
  }

  clear() {
    this.wire?.stdin.end();
    for (const name of this.spaces.splice(0)) {
      execFileSync('ip', ['netns', 'del', name]);
      rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
    }
  }
}

const HOMES = [
  ['doctor', 1],
  ['guest', 2],
];
