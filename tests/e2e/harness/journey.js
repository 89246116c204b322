// A journey: steps one after another on the same pages. After a step that failed the rest is skipped, and pictures of the pages are left in out/.
import { after, before, describe, it } from 'node:test';

/** `prepare` gives the travellers: whatever the steps need; `screens` of it are photographed when a step fails. */
export function journey(name, { prepare, cleanUp, steps }) {
  describe(name, () => {
    let travellers;
    let broken;
    before(async () => {
      travellers = await prepare();
    });
    after(() => travellers && cleanUp(travellers));
    steps((step, act) =>
      it(step, async (test) => {
        if (broken) return test.skip(`since “${broken}” failed`);
        try {
          await act(travellers);
        } catch (error) {
          broken = step;
          await leaveEvidence(`${name} ${step}`, travellers.screens());
          throw error;
        }
      }),
    );
  });
}

export async function leaveEvidence(name, screens) {
  for (const [who, screen] of Object.entries(screens)) {
    process.stderr.write(`${who}'s page: ${(await screen.words()).slice(0, 1_500).replaceAll('\n', ' | ')}\n`);
    for (const line of await screen.history()) process.stderr.write(`${who}'s page, ${line}\n`);
    for (const line of screen.console.slice(-10)) process.stderr.write(`${who}'s console: ${line}\n`);
    await screen.photograph(`${name} ${who}`).catch(() => {});
  }
}
