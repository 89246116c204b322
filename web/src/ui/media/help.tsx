// Small drawings of the place to press. The sentence beside each says the same.

import type { JSX } from 'preact';
import type { Picture } from '../../check/guide.ts';

/** 160 by 56; the place itself has a ring around it. */
export function HelpPicture({ picture }: { readonly picture: Picture }) {
  return (
    <svg class="help-picture" viewBox="0 0 160 56" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false" data-picture={picture}>
      {DRAWINGS[picture]}
    </svg>
  );
}

/** An address bar with a sign at its beginning. */
function address(sign: JSX.Element): JSX.Element {
  return (
    <>
      <rect class="help-paper" x="4" y="12" width="152" height="32" rx="16" />
      <path class="help-faint" d="M54 28h62" stroke-width="5" />
      <path class="help-faint" d="M140 23v10m-5-5h10" />
      <Ring x={25} y={28} r={17} />
      <g transform="translate(25 28)">{sign}</g>
    </>
  );
}

function Ring({ x, y, r }: { readonly x: number; readonly y: number; readonly r: number }) {
  return <circle class="help-ring" cx={x} cy={y} r={r} />;
}

/** A switch that is on. */
function Switch({ y }: { readonly y: number }) {
  return (
    <>
      <rect class="help-on" x="114" y={y - 8} width="30" height="16" rx="8" />
      <circle class="help-paper" cx="136" cy={y} r="5.5" stroke="none" />
    </>
  );
}

const lock = <path d="M-6-1h12v8h-12zM-3.5-1v-3a3.5 3.5 0 0 1 7 0v3" />;
const camera = <path d="M-9-6H3v12h-12zM3-1.500l6-3v9l-6-3" />;
const microphone = <path d="M-2.500-8a2.5 2.5 0 0 1 5 0v6a2.5 2.500 0 0 1-5 0zM-6-3a6 6 0 0 0 12 0M0 3v4" />;
const page = <path d="M-6-7H6V7H-6zM-3-3h6M-3 0h6M-3 3h3" />;

const DRAWINGS: Readonly<Record<Picture, JSX.Element>> = {
  'address-tune': address(
    <>
      <path d="M-8-4h7M5-4h3M-8 4h3M1 4h7" />
      <circle cx="2" cy="-4" r="2.500" />
      <circle cx="-2" cy="4" r="2.500" />
    </>,
  ),
  'address-lock': address(lock),
  'address-blocked': address(
    <>
      {camera}
      <path class="help-bad" d="M-9-8 9 8" />
    </>,
  ),
  'address-page': address(page),
  'address-aa': address(
    <text class="help-letters" text-anchor="middle" y="6">
      aA
    </text>,
  ),
  menu: (
    <>
      <rect class="help-paper" x="4" y="4" width="152" height="16" rx="4" />
      <path class="help-faint" d="M12 12h6M70 12h20M98 12h20" stroke-width="4" />
      <text class="help-letters small" x="27" y="16">
        Safari
      </text>
      <rect class="help-paper" x="24" y="22" width="96" height="30" rx="4" />
      <path class="help-faint" d="M32 30h40" stroke-width="4" />
      <path d="M32 43h70" stroke-width="4" />
      <rect class="help-ring" x="27" y="36" width="90" height="14" rx="5" />
    </>
  ),
  prompt: (
    <>
      <rect class="help-paper" x="14" y="4" width="132" height="48" rx="8" />
      <g transform="translate(32 19) scale(.8)">{camera}</g>
      <path class="help-faint" d="M46 19h70" stroke-width="5" />
      <rect class="help-faint" x="28" y="32" width="46" height="14" rx="7" />
      <rect class="help-on" x="86" y="32" width="46" height="14" rx="7" />
      <path class="help-tick" d="m103 39 4 4 8-8" />
    </>
  ),
  switches: (
    <>
      <rect class="help-paper" x="4" y="3" width="152" height="50" rx="8" />
      <g transform="translate(22 16) scale(.85)">{camera}</g>
      <path class="help-faint" d="M38 16h50" stroke-width="5" />
      <Switch y={16} />
      <g transform="translate(22 40) scale(.85)">{microphone}</g>
      <path class="help-faint" d="M38 40h40" stroke-width="5" />
      <Switch y={40} />
    </>
  ),
  settings: (
    <>
      <rect class="help-paper" x="56" y="4" width="48" height="48" rx="12" />
      <circle cx="80" cy="28" r="6" />
      <path d="M80 14v5M80 37v5M66 28h5M89 28h5M70 18l3.500 3.500M86.500 34.500 90 38M70 38l3.500-3.500M86.500 21.500 90 18" />
    </>
  ),
  copy: (
    <>
      <rect class="help-paper" x="24" y="12" width="112" height="32" rx="10" />
      <path d="M42 24h11v12H42zM46 24v-4h11v12h-4" />
      <path class="help-faint" d="M70 28h50" stroke-width="5" />
      <rect class="help-ring" x="19" y="7" width="122" height="42" rx="14" />
    </>
  ),
  paste: (
    <>
      <rect class="help-paper" x="4" y="22" width="152" height="30" rx="15" />
      <path class="help-faint" d="M22 37h80" stroke-width="5" />
      <rect class="help-on" x="30" y="3" width="60" height="16" rx="8" />
      <path class="help-tick" d="M44 11h32" stroke-width="4" />
      <path d="M114 33h10v10h-10zM117 33v-3h4v3" />
      <Ring x={119} y={37} r={13} />
    </>
  ),
  plug: (
    <>
      <path d="M4 28h40M112 28h44" />
      <rect class="help-paper" x="44" y="18" width="24" height="20" rx="4" />
      <path d="M68 23h8M68 33h8" />
      <rect class="help-paper" x="88" y="16" width="24" height="24" rx="4" />
    </>
  ),
  calls: (
    <>
      <rect class="help-paper" x="34" y="6" width="92" height="44" rx="6" />
      <path class="help-faint" d="M34 18h92" />
      <g transform="translate(80 35)">{camera}</g>
      <path class="help-bad" d="m112 9 6 6m0-6-6 6" />
      <Ring x={115} y={12} r={9} />
    </>
  ),
};
