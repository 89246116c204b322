// A visit through each of the proxies whose configuration is in deploy/, with nothing changed in it but names, ports and files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Installation, ROOT } from '../e2e/harness/installation.js';
import { journey } from '../e2e/harness/journey.js';
import { Stage } from '../e2e/harness/stage.js';
import { until } from '../e2e/harness/until.js';

const PROXIES = {
  nginx: {
    toldBy: 'x-forwarded-for',
    shipped: 'deploy/nginx/visite.conf',
    // Debian's own file includes conf.d like this.
    wrapped: (text, folder) =>
      `daemon off; pid ${folder}/pid; error_log ${folder}/log; user root;\nevents {}\nhttp { client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;\n${text}\n}\n`,
    command: (file, folder) => ['nginx', '-p', folder, '-c', file],
  },
  caddy: {
    toldBy: 'x-forwarded-for',
    shipped: 'deploy/caddy/Caddyfile',
    // What Caddy would ask an authority for, and where.
    wrapped: (text, folder, port) =>
      `{\n\tadmin off\n\tauto_https off\n}\n${text.replace('localhost {', `https://localhost:${port} {\n\ttls ${folder}/proxy.pem ${folder}/proxy.key`)}`,
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  },
  haproxy: {
    toldBy: 'proxy-v2',
    shipped: 'deploy/haproxy/haproxy.cfg',
    wrapped: (text) => text,
    command: (file) => ['haproxy', '-db', '-f', file],
  },
};

for (const [name, proxy] of Object.entries(PROXIES)) {
  journey(`a visit through ${name}`, {
    prepare: async () => {
      const front = await freePort();
      const installation = await Installation.start({ front, proxy: { trusted: ['127.0.0.1'], told_by: proxy.toldBy } });
      const running = start(name, proxy, front, installation);
      const stage = await Stage.set('chromium', 'chromium', { installation: running.then(() => installation) });
      return Object.assign(stage, { running: await running });
    },
    cleanUp: async (stage) => {
      await stage.strike();
      await stage.running.stop();
    },
    steps: (step) => {
      step('from the link to both in the call', (stage) => stage.meet());
      step('each sees the other', ({ doctor, guest }) => Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]));
    },
  });
}

/** The proxy, in the foreground, with what it needs in a folder of its own. */
async function start(name, { shipped, wrapped, command }, front, installation) {
  const folder = mkdtempSync(join(tmpdir(), `visite-${name}-`));
  for (const [from, to] of [['server.pem', 'proxy.pem'], ['server.key', 'proxy.key'], ['ca.pem', 'ca.pem']]) writeFileSync(join(folder, to), readFileSync(join(installation.folder, from)));
  const text = readFileSync(join(ROOT, shipped), 'utf8')
    .replaceAll('video.example.org', 'localhost')
    .replaceAll('127.0.0.1:8443', `127.0.0.1:${installation.port}`)
    .replaceAll('/etc/visite/', `${folder}/`)
    .replace('listen 443', `listen 127.0.0.1:${front}`)
    .replace('bind :443', `bind 127.0.0.1:${front}`);
  const file = join(folder, 'configuration');
  writeFileSync(file, wrapped(text, folder, front));
  const [program, ...rest] = command(file, folder);
  const running = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  let said = '';
  running.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
  await until(`${name} listens`, () => {
    if (running.exitCode !== null) throw new Error(`${name} has ended: ${said}`);
    return installation.listens(front);
  });
  return {
    stop: async () => {
      if (running.exitCode === null) {
        running.kill('SIGTERM');
        await once(running, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
