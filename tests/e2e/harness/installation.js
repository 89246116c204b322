// A Visite of its own for a test file: the three daemons as three processes, with their real configuration files, in a folder that goes away.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificates } from './authority.js';
import { Tap } from './tap.js';
import { until } from './until.js';

export const ROOT = new URL('../../../', import.meta.url).pathname;
export const BINARIES = process.env.VISITE_BINARIES ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug');

export class Installation {
  /**
   * Without a wish: on localhost, on free ports. With several addresses signal-d listens on all that there are.
   * `front`: browsers come to this port, where something of the test's own stands before signal-d. `tap`: the test listens in between signal-d and session-d.
   * `proxy`: whom signal-d believes about where browsers come from, if something stands before it.
   * `relay`: stun-d relays by the first of the addresses, and over TLS on the port 443 of this `{ address, name }`.
   * `pages`: other pages than the product's. `log`: how much the daemons write into `<name>.log` of the installation's folder.
   */
  static async start({ host = 'localhost', addresses = ['127.0.0.1'], port, stunPorts, namespace, front, proxy, tap = false, pages = join(ROOT, 'web/dist'), log, relay } = {}) {
    const installation = new Installation();
    port ??= await freePort();
    stunPorts ??= [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'visite-e2e-'));
    const open = front ?? port;
    const origin = open === 443 ? `https://${host}` : `https://${host}:${open}`;
    const socket = join(folder, 'session.sock');
    Object.assign(installation, { host, addresses, port, stunPorts, namespace, folder, origin, pages, log, proxy, relay, socket, ca: join(folder, 'ca.pem'), running: new Map() });
    if (tap) installation.tap = await Tap.between(join(folder, 'tap.sock'), socket);
    process.on('exit', () => installation.killAll());
    makeCertificates(folder, relay ? [host, relay.name] : [host]);
    if (relay) writeFileSync(join(folder, 'turn.secret'), randomBytes(24).toString('base64'));
    for (const [name, text] of Object.entries(installation.configurations())) writeFileSync(join(folder, `${name}.toml`), text);
    mkdirSync(join(folder, 'session'));
    await installation.startAll();
    return installation;
  }

  configurations() {
    const stun = this.addresses.flatMap((address) => this.stunPorts.map((port) => `${address}:${port}`));
    return {
      'session-d': toml({ data_dir: join(this.folder, 'session'), public_url: this.origin }) + toml({ path: this.socket }, 'unix') + this.relayOfSession(),
      'stun-d': toml({ listen: stun }) + this.relayOfStun(),
      'signal-d':
        toml({
          listen: `${this.addresses.length > 1 ? '[::]' : this.addresses[0]}:${this.port}`,
          public_url: this.origin,
          cert: join(this.folder, 'server.pem'),
          key: join(this.folder, 'server.key'),
          web_root: this.pages,
        }) +
        `ice_servers = [{ urls = ${JSON.stringify(this.stunUrls())} }]\n` +
        toml({ unix: this.tap?.path ?? this.socket }, 'session') +
        (this.proxy ? toml(this.proxy, 'proxy') : ''),
    };
  }

  relayOfSession() {
    const at = `${this.addresses[0]}:${this.stunPorts[0]}`;
    const urls = [`turn:${at}`, `turn:${at}?transport=tcp`, `turns:${this.relay?.name}:443?transport=tcp`];
    return this.relay ? toml({ secret_file: join(this.folder, 'turn.secret'), urls }, 'relay') : '';
  }

  /** The addresses of a test are none of the open internet. */
  relayOfStun() {
    if (!this.relay) return '';
    const tls = { listen: [`${this.relay.address}:443`], cert: join(this.folder, 'server.pem'), key: join(this.folder, 'server.key') };
    const turn = { relay: [this.addresses[0]], secret_file: join(this.folder, 'turn.secret'), allow: ['203.0.113.0/24'] };
    return toml(tls, 'tls') + toml(turn, 'turn');
  }

  /** By address where there is no DNS: Chromium looks STUN servers up there and not in /etc/hosts. */
  stunUrls() {
    const hosts = this.namespace ? this.addresses.map((address) => (address.includes(':') ? `[${address}]` : address)) : [this.host];
    return hosts.flatMap((host) => this.stunPorts.map((port) => `stun:${host}:${port}`));
  }

  /** All three, each when the one it needs answers. */
  async startAll() {
    this.launch('session-d');
    await until('session-d answers', () => this.visite('practice', 'list').then(() => true, () => false));
    this.launch('stun-d');
    this.launch('signal-d');
    await until('signal-d answers', () => this.answers('/api/v1/clock'));
    await until('stun-d listens', () => this.listens(this.stunPorts[0]));
  }

  launch(name) {
    const program = join(BINARIES, name);
    const inside = this.namespace ? ['ip', 'netns', 'exec', this.namespace] : [];
    const [command, ...rest] = [...inside, program, '--config', join(this.folder, `${name}.toml`)];
    const daemon = this.log ? this.spawnLogged(name, command, rest) : spawn(command, rest, { stdio: ['ignore', 'ignore', process.env.VISITE_E2E_LOG ? 'inherit' : 'ignore'] });
    this.running.set(name, daemon);
  }

  spawnLogged(name, command, rest) {
    const log = openSync(this.logOf(name), 'a');
    const daemon = spawn(command, rest, { stdio: ['ignore', log, log], env: { ...process.env, VISITE_LOG: this.log } });
    closeSync(log);
    return daemon;
  }

  logOf(name) {
    return join(this.folder, `${name}.log`);
  }

  /** `kill -9`, for all three at once; what they hold in memory is gone. */
  async killAll() {
    const ended = [...this.running.values()].filter((daemon) => daemon.exitCode === null && daemon.signalCode === null).map((daemon) => {
      daemon.kill('SIGKILL');
      return once(daemon, 'exit');
    });
    this.running.clear();
    await Promise.all(ended);
  }

  async stop() {
    await this.killAll();
    this.tap?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The operator's command line. */
  async visite(...what) {
    const { stdout } = await promisify(execFile)(join(BINARIES, 'visite'), [...what, '--socket', this.socket]);
    return stdout;
  }

  /** A new practice's one-time link for its first browser. */
  async enrolmentLink(practice) {
    const said = await this.visite('practice', 'add', practice);
    return /https:\S+/.exec(said)[0];
  }

  answers(path) {
    if (this.namespace || this.proxy?.told_by === 'proxy-v2') return this.listens(this.port);
    return new Promise((answered) => {
      get(`https://${this.host}:${this.port}${path}`, { ca: readFileSync(this.ca) }, (response) => {
        response.resume();
        answered(response.statusCode === 200);
      }).on('error', () => answered(false));
    });
  }

  /** Whether something listens on a TCP port. */
  async listens(port) {
    if (this.namespace) {
      const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', this.namespace, 'ss', '-Hlnt', `sport = :${port}`]);
      return stdout.length > 0;
    }
    return new Promise((answered) => {
      const line = connect(port, this.addresses[0], () => answered(true)).on('error', () => answered(false));
      line.on('connect', () => line.destroy());
    });
  }
}

function toml(entries, table) {
  const lines = Object.entries(entries).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  return (table ? `[${table}]\n` : '') + lines.join('');
}

/** Free a moment ago: the address must be known before the daemon is started, and stay the same when it is started again. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
