// The dialog for inviting, in every state: /gallery-practice.html?state=invite-new-sheet, that is: what there is to say, and on which way.

import { render } from 'preact';
import type { Part } from '../../call/control.ts';
import type { Invitation } from './invitation.ts';
import { InviteDialog } from './invite-dialog.tsx';

const PARTS: readonly string[] = ['companion', 'interpreter', 'colleague'];

/** Above whatever the page shows. `state`: `invite-<kind>-<way>`, a kind being `new`, `moved`, `cancelled`, `hour`, `known`, or a part. */
export function showInvite(state: string): void {
  const [, kind = 'new', way = 'mail'] = state.split('-');
  const day = new Date();
  const at = (hours: number, minutes: number) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + 2, hours, minutes).getTime();
  const invitation: Invitation = {
    practice: 'Gemeinschaftspraxis Dr. Müller-Lüdenscheidt und Dr. Yılmaz',
    phone: kind === 'companion' ? null : '030 123 45 67',
    url: kind === 'known' ? null : `https://video.example.org/v/${'kR3_'.repeat(5)}Qw#${'x7Lm-a'.repeat(11)}`,
    part: PARTS.includes(kind) ? (kind as Part) : 'patient',
    visit: kind === 'hour' ? null : { room: 'ab'.repeat(16), seat: 1, startsAt: at(14, 30), endsAt: at(14, 50), opensAt: at(14, 15), epoch: kind === 'moved' || kind === 'known' ? 2 : 1 },
  };
  const root = document.body.appendChild(document.createElement('div'));
  render(<InviteDialog open invitation={invitation} isCancelled={kind === 'cancelled'} onClose={() => render(null, root)} />, root);
  const choice = root.querySelector<HTMLElement>(`[data-test="choose-${way}"]`);
  if (!choice) throw new Error(`no way ${way}`);
  choice.click();
}
