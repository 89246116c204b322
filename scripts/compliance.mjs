#!/usr/bin/env node
// docs/compliance.md: each rule that binds a video consultation in Germany, what Visite does about it, and the tests that show it.
//
//   scripts/compliance.mjs            writes the page
//   scripts/compliance.mjs --check    says what is wrong with it: a test that is named and isn't there, or a page that is not the newest (./scripts/test web does)
//
// A rule that no test can show (a contract, a place, a certificate) says so, and whose it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAGE = 'docs/compliance.md';

const VISIT = 'tests/e2e/journeys/visit.test.js';
const PROXY = 'tests/e2e/journeys/privacy.test.js';
const CONSENT = 'tests/e2e/journeys/consent.test.js';
const DEVICES = 'tests/e2e/journeys/devices.test.js';
const PROOF = 'tests/e2e/privacy/visit.test.js';
const SEALED = 'crates/sealed/tests/refusals.rs';

/** [rule, where it is written, what Visite does, [file, name of the test] …] */
const RULES = [
  [
    'The connection is end-to-end encrypted',
    'Anlage 31b BMV-Ä (and its dental twin, Anlage 16 BMV-Z); BSI TR-02102',
    'WebRTC media and data are encrypted from browser to browser (DTLS 1.2 or 1.3 with ECDSA P-256, SRTP), and so is the negotiation of them: the server can’t put itself in the middle.',
    [SEALED, 'case_51_without_the_key_nobody_gets_in_between'],
    [SEALED, 'case_50_every_changed_bit_of_the_handshake_is_refused'],
    ['tests/e2e/privacy/hostile.test.js', 'brings the two together'],
    ['tests/e2e/privacy/hostile.test.js', 'and where it keeps its hands off, the two meet'],
    ['web/src/rtc/connection.test.ts', 'case_54: the certificate that DTLS really used'],
  ],
  [
    'Peer to peer: no central server carries the consultation',
    'Anlage 31b BMV-Ä',
    'Picture, sound, chat and files go straight from browser to browser, unless a practice chooses otherwise: it may allow the operator’s own relay where no direct path exists, or have every visit relayed. That passes packets on that are encrypted from browser to browser, and holds nothing of a visit. The page shows which it is. Whether a relay is in keeping with the practice’s contracts is for the practice to judge; without a choice there is none, and where no direct path exists both are told within 8 seconds.',
    [VISIT, 'both have the same safety code, and the path is direct'],
    [VISIT, 'all three daemons are killed: pictures, chat and files go on'],
    ['tests/e2e/net/relay.test.js', 'two symmetric routers: no path, both know, and neither browser has heard of a relay'],
    ['web/src/drive/visits.test.ts', 'direct only: neither browser hears of the relay, and the practice takes no way by one'],
  ],
  [
    'The provider can neither see nor store what is said and shown',
    'Anlage 31b BMV-Ä; GDPR Art. 25, 32; § 203 StGB',
    'What the server passes on is ciphertext. A whole visit with marker strings is held, and then the daemons’ memory, logs, disks, their talk and their packets are searched for each.',
    [PROOF, 'hold nothing of it during the call'],
    [PROOF, 'hold nothing of it after it'],
    [PROOF, 'have written nothing of it into their logs, which tell everything'],
    [PROOF, 'have written nothing of it onto the disk'],
    [PROOF, 'have said nothing of it to each other'],
    [PROOF, 'and nothing of it was to be read on their ports'],
  ],
  [
    'The patient consents, informed, in text, and may take it back at any time',
    'Anlage 31b BMV-Ä; GDPR Art. 6, 7, 9',
    'The practice’s own text is read and signed before anything is joined; the receipt reaches the practice’s browser only, and both sides may keep it as a PDF. What is taken back stops within half a second. A practice may have it signed on paper instead.',
    [CONSENT, 'the guest reads who asks and what, and nothing has been joined, opened or said'],
    [CONSENT, 'both save the same receipt, as a PDF made in the browser'],
    [CONSENT, 'picture and sound taken back stop within half a second on both sides'],
    [CONSENT, 'refusing ends politely, with nothing sent'],
  ],
  [
    'Staff who arrange appointments can’t take part in consultations',
    'Anlage 31b BMV-Ä; § 203 StGB',
    'A staff device holds no room keys, sees no waiting patient, and is refused at the door of every room.',
    [DEVICES, 'the door of a room refuses it, and so does everything that is the doctors’'],
    [DEVICES, 'it keeps no key of a room over a reload'],
    ['crates/signal-d/tests/devices.rs', 'case_64_staff_arrange_appointments_and_are_refused_at_the_door_of_a_room'],
  ],
  [
    'No recording',
    'Anlage 31b BMV-Ä; § 201 StGB',
    'There is no recorder in the pages and none in the servers: nothing of the call is kept when it ends.',
    [VISIT, 'the guest hangs up, and nothing stays behind on either side'],
  ],
  [
    'Metadata are deleted after three months at the latest',
    'Anlage 31b BMV-Ä; GDPR Art. 5 (1) e',
    'An appointment’s data are deleted 24 hours after it by default, and after 90 days whatever the configuration says.',
    ['crates/session-d/tests/stories.rs', 'a_day_after_its_doors_have_closed_an_appointment_is_forgotten'],
    ['crates/session-d/tests/config.rs', 'a_retention_that_the_law_does_not_allow_ends_the_start_with_file_line_key_and_remedy'],
    ['crates/session-d/src/store/retention.rs', 'what_is_swept_leaves_no_byte_in_the_files'],
  ],
  [
    'IP addresses are not kept',
    'GDPR Art. 5 (1) c',
    'Addresses are in memory while somebody is connected; never in a log, never on a disk.',
    [PROOF, 'no address of anybody is in a log or on the disk'],
  ],
  [
    'Servers in the EU (or a country with an adequate level), named to the practice',
    'Anlage 31b BMV-Ä; GDPR Art. 44 ff.',
    'The operator’s: Visite is installed on the operator’s own machines and asks no other host. That it asks none is tested.',
    [PROXY, 'the browsers asked this one host'],
    [PROXY, 'the STUN servers are the installation’s own'],
  ],
  [
    'Patients need no account and no registration',
    'Anlage 31b BMV-Ä',
    'A link, a name, a click.',
    [VISIT, 'the name is at the practice before the guest is let in'],
  ],
  [
    'The doctor sees the patient’s clear name',
    'Anlage 31b BMV-Ä',
    'The patient types it; it reaches the doctor’s browser straight over the data channel before admission, and no server.',
    [VISIT, 'the name is at the practice before the guest is let in'],
    [PROXY, 'nothing of the fragment, the names and the words is in any request or frame'],
  ],
  [
    'No disturbance by third parties: nobody else gets into the consultation',
    'Anlage 31b BMV-Ä; § 203 StGB',
    'Each patient has a room of their own; a third person finds the seat taken, and nobody gets in without the doctor’s click.',
    ['tests/e2e/journeys/doors.test.js', 'a third person on a link with a seat that is taken waits outside'],
    [VISIT, 'no picture and no sound goes before that'],
  ],
  [
    'No signals of other callers during a consultation',
    'Anlage 31b BMV-Ä',
    'While the doctor talks, nobody else who comes to the waiting room is heard or shown over the call.',
    ['web/src/ui/practice/guests.test.tsx', 'is neither heard nor seen while another is talked to'],
  ],
  [
    'Picture and sound adapt to the line',
    'Anlage 31b BMV-Ä (technical quality)',
    'WebRTC’s congestion control; a quality light in plain words; the call survives a lost path.',
    ['tests/e2e/journeys/path.test.js', 'seems lost to one side for a moment: the connection stays the same'],
    ['tests/e2e/journeys/path.test.js', 'both are back in the call, again and again'],
  ],
  [
    'No advertising, no tracking, no cookies',
    'Anlage 31b BMV-Ä; § 25 TDDDG',
    'The pages load nothing from elsewhere and keep nothing after the visit.',
    [PROXY, 'the page asked its own origin for everything'],
    [PROXY, 'there is no cookie, and the guest’s browser keeps nothing'],
    ['web/build/integrity.test.ts', 'load nothing from anywhere else, and run no script of their own'],
  ],
  [
    'OWASP Top 10: injection, broken access control, misconfiguration, outdated parts …',
    'KBV/GKV certification criteria; OWASP',
    'Every public port is held against hostile input; access by role is tested call by call; strict headers on every answer; a test holds the dependencies to one version each. Checking them for advisories is not part of the tests: deny.toml is there for cargo-deny.',
    ['crates/signal-d/tests/hostile.rs', 'case_46_every_answer_has_the_same_strict_headers'],
    ['crates/signal-d/tests/hostile.rs', 'case_39_header_bombs_and_bytes_that_are_no_text_are_refused'],
    ['tests/e2e/journeys/hostile.test.js', 'HTML as a name is text on the console'],
    ['crates/session-d/tests/identities.rs', 'case_64_every_call_by_everybody'],
  ],
  [
    'The stolen database lets nobody in',
    'GDPR Art. 32',
    'Codes, invites and keys are stored as hashes; signing keys lie beside the store.',
    ['crates/session-d/tests/stories.rs', 'case_63_who_steals_the_store_can_let_nobody_in'],
  ],
  [
    'Information for patients is readable without a log-in, in German',
    'Anlage 31b BMV-Ä; GDPR Art. 13',
    'The pages are in German and English; imprint and privacy notice are the operator’s to write and to link.',
  ],
  [
    'Certificates of the provider (data protection, information security)',
    'Anlage 31b BMV-Ä; § 365 SGB V',
    'The operator’s: “KBV-certified” is something that an operator becomes, not software. This page is made to help with it.',
  ],
];

const problems = [];
const text = page();
if (process.argv.includes('--check')) {
  const kept = readFileSync(join(ROOT, PAGE), 'utf8');
  if (kept !== text) problems.push(`${PAGE} is not what scripts/compliance.mjs makes: run it`);
} else if (problems.length === 0) {
  writeFileSync(join(ROOT, PAGE), text);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function page() {
  const rows = RULES.map(([rule, source, how, ...tests]) => {
    const shown = tests.map(([file, name]) => `[${plain(name)}](../${exists(file, name)})`);
    return `| **${plain(rule)}** | ${plain(source)} | ${plain(how)} | ${shown.join('<br>') || 'no test can show it'} |`;
  });
  return `<!-- Made by scripts/compliance.mjs, which fails when a test that is named here isn't there. Change it there. -->

# What the rules ask for, and what shows it

Each rule that binds a video consultation (Videosprechstunde) in Germany, as we read it, what Visite does about it, and the tests that show it: \`./scripts/test\` runs all of them, and the page can name none that isn't there. This is not legal advice, and no certificate: an operator has to get that.

| rule | written in | how | shown by |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** The file, once it is sure that the test is in it. */
function exists(file, name) {
  let source = '';
  try {
    source = readFileSync(join(ROOT, file), 'utf8');
  } catch {
    problems.push(`${file} is not there`);
  }
  const declared = source.split('\n').some((line) => line.includes(name) && /\b(fn|it|test|step|tells|describe|journey)\b/.test(line));
  if (!declared) problems.push(`${file}: there is no test “${name}”`);
  return file;
}

function plain(text) {
  return text.replaceAll('|', '\\|');
}
