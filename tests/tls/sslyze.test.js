// What sslyze finds at signal-d's port: Mozilla's "intermediate" and HSTS.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Installation } from '../e2e/harness/installation.js';

describe('TLS of signal-d', () => {
  let installation;
  before(async () => (installation = await Installation.start()));
  after(() => installation.stop());

  it('is what Mozilla calls intermediate', async () => {
    const { host, port, ca } = installation;
    const sslyze = promisify(execFile)(process.env.VISITE_SSLYZE, ['--mozilla_config=intermediate', `--certinfo_ca_file=${ca}`, `${host}:${port}`], { maxBuffer: 1 << 24 });
    const { stdout } = await sslyze.catch((error) => error);

    assert.match(stdout, /COMPLIANCE AGAINST TLS CONFIGURATION/, stdout);
    const complaints = [...stdout.split('COMPLIANCE AGAINST')[1].matchAll(/^ +\* (\w+):/gm)].map(([, what]) => what);
    // The authority of a test is no browser's.
    assert.deepEqual(complaints, ['certificate_path_validation'], stdout);
  });

  it('tells browsers to come by TLS only, for two years', async () => {
    const { origin, ca } = installation;
    const headers = await new Promise((answered, failed) => get(origin, { ca: readFileSync(ca) }, (response) => answered(response.resume().headers)).on('error', failed));

    assert.match(headers['strict-transport-security'], /max-age=63072000/);
  });
});
