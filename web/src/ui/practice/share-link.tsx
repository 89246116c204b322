// A guest's link on the list: to be copied at once, or sent in any other way by the dialog behind it.

import type { Part } from '../../call/control.ts';
import type { Appointment, GuestLink } from '../../practice/appointments.ts';
import { CopyButton } from '../parts.tsx';
import { t } from '../text.ts';
import { InviteButton } from './invite-dialog.tsx';

export { QrCode } from './qr-code.tsx';

interface TellProps {
  readonly appointment: Appointment;
  /** The practice's name. */
  readonly practice: string;
  /** The practice's number, where it has given one. */
  readonly phone?: string | undefined;
  /** The guest's: 1 where absent. */
  readonly seat?: number;
  /** `patient` where absent. */
  readonly part?: Part;
}

interface ShareLinkProps extends TellProps {
  readonly link: GuestLink;
}

export function ShareLink({ link: { url }, ...props }: ShareLinkProps) {
  return (
    <div class="share">
      <input class="input" type="text" readOnly value={url} aria-label={t('share-link')} data-test="link" onFocus={({ currentTarget }) => currentTarget.select()} />
      <CopyButton text={url} data-test="copy-link" />
      <Tell {...props} url={url} />
    </div>
  );
}

/** Where there is no link to show, there may be something to say all the same: that it is off, or at another time. */
export function TellGuest(props: TellProps) {
  return <Tell {...props} url={null} />;
}

function Tell({ appointment, practice, phone = undefined, seat = 1, part = 'patient', url }: TellProps & { readonly url: string | null }) {
  const { room, startsAt, endsAt, opensAt, epoch, isCancelled } = appointment;
  const visit = { room, seat, startsAt, endsAt, opensAt, epoch };
  return <InviteButton invitation={{ practice, phone: phone ?? null, url, part, visit }} isCancelled={isCancelled} />;
}
