// The icons, drawn for this house: 24 units square, lines of 1.75 with round ends.

import type { JSX } from 'preact';

interface IconProps {
  readonly name: IconName;
  /** CSS pixels. */
  readonly size?: number;
}

/** An icon in the colour of the text around it. Says nothing to those who hear the page: the words beside it do. */
export function Icon({ name, size = 20 }: IconProps) {
  return (
    <svg class={ALONG.has(name) ? 'along' : undefined} viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      {DRAWINGS[name]}
    </svg>
  );
}

const microphone = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.500a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);
const camera = (
  <>
    <rect x="2.5" y="6" width="13" height="12" rx="2.5" />
    <path d="m15.5 10.5 5-2.800v8.600l-5-2.8" />
  </>
);
const slash = <path d="m3.5 3.5 17 17" />;
const shield = <path d="M12 3 5 5.500v5.700c0 4.4 2.9 7.7 7 9.8 4.1-2.1 7-5.4 7-9.800V5.500z" />;
const screen = <path d="M3.5 5h17v11h-17zM8.5 20h7M12 16v4" />;

const DRAWINGS = {
  visite: (
    <>
      <path d="M5.5 5.500h9a2.5 2.5 0 0 1 2.5 2.500v8a2.5 2.5 0 0 1-2.5 2.500h-9A2.5 2.5 0 0 1 3 16V8a2.5 2.5 0 0 1 2.5-2.500z" fill="currentColor" />
      <path d="m18.5 11 3-2.200v6.400l-3-2.200z" fill="currentColor" />
    </>
  ),
  microphone,
  'microphone-off': (
    <>
      {microphone}
      {slash}
    </>
  ),
  camera,
  'camera-off': (
    <>
      {camera}
      {slash}
    </>
  ),
  screen: (
    <>
      {screen}
      <path d="M12 13V8m-2.2 2L12 7.800l2.2 2.2" />
    </>
  ),
  'screen-off': (
    <>
      {screen}
      <path d="m9.8 8.3 4.4 4.400m0-4.4-4.4 4.4" />
    </>
  ),
  speaker: <path d="M4 9.500h3.500L12 5.500v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11" />,
  chat: <path d="M4 5h16v11H11l-4.5 4v-4H4z" />,
  send: <path d="M4 12 20 4.5 15 20l-3.5-6.500z M11.5 13.5 20 4.5" />,
  'hang-up': <path d="M2.8 14.700c-.7-1.3-.3-2.8 1-3.7 4.9-3.3 11.5-3.3 16.4 0 1.3.9 1.7 2.4 1 3.700l-.7 1.200c-.3.5-.9.7-1.4.5l-3-1.200c-.5-.2-.8-.7-.7-1.200l.2-1.500a11 11 0 0 0-7.2 0l.2 1.500c.1.5-.2 1-.7 1.200l-3 1.200c-.5.2-1.1 0-1.4-.5z" fill="currentColor" stroke="none" />,
  phone: <path d="M5.5 3.500h3l1.7 4.3-2.1 1.600a12.5 12.5 0 0 0 5.5 5.500l1.6-2.1 4.3 1.700v3c0 1.2-1 2.1-2.2 2A16.3 16.3 0 0 1 3.5 5.700c-.1-1.2.8-2.2 2-2.200z" />,
  settings: (
    <>
      <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
      <circle cx="15" cy="7" r="2" />
      <circle cx="9" cy="17" r="2" />
    </>
  ),
  fullscreen: <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />,
  'fullscreen-exit': <path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5" />,
  'picture-in-picture': (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2" />
      <rect x="12" y="11.5" width="6.5" height="5" rx="1" fill="currentColor" stroke="none" />
    </>
  ),
  attach: <path d="m20 11.5-8.3 8.100a5 5 0 0 1-7.1-7.100l8.6-8.300a3.4 3.4 0 0 1 4.8 4.800l-8.5 8.200a1.7 1.7 0 0 1-2.4-2.400l7.7-7.5" />,
  file: <path d="M6 3.500h8l4.5 4.500v12.500H6zM14 3.500V8h4.5" />,
  download: <path d="M12 4v11m-4.5-4.500L12 15l4.5-4.500M4.5 20h15" />,
  direct: <path d="M4 12h16M7.5 8.5 4 12l3.5 3.500M16.5 8.5 20 12l-3.5 3.5" />,
  relayed: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M2.5 12H9M15 12h6.500M5.5 9l-3 3 3 3M18.5 9l3 3-3 3" />
    </>
  ),
  lock: (
    <>
      <rect x="5" y="10.5" width="14" height="10" rx="2.5" />
      <path d="M8.5 10.500V8a3.5 3.5 0 0 1 7 0v2.5" />
    </>
  ),
  shield: (
    <>
      {shield}
      <path d="m8.8 11.7 2.3 2.3 4.2-4.3" />
    </>
  ),
  'shield-alert': (
    <>
      {shield}
      <path d="M12 8v4.500M12 15.700v.1" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v5.500M12 7.600v.1" />
    </>
  ),
  warning: <path d="M12 4 2.8 19.500h18.400zM12 10v4.500M12 17v.1" />,
  check: <path d="m4.5 12.5 5 5 10-11" />,
  'check-double': <path d="m2 12.5 4.5 4.500L15 7.500M11.5 16.500l.5.500L21.5 7.5" />,
  close: <path d="m5.5 5.5 13 13M18.5 5.500l-13 13" />,
  copy: (
    <>
      <rect x="8.5" y="8.5" width="12" height="12" rx="2.5" />
      <path d="M15.5 8.500V6A2.5 2.5 0 0 0 13 3.500H6A2.5 2.5 0 0 0 3.5 6v7A2.5 2.5 0 0 0 6 15.500h2.5" />
    </>
  ),
  swap: <path d="M4 8.500h14.500m-4-4 4 4-4 4M20 15.500H5.500m4-4-4 4 4 4" />,
  calendar: (
    <>
      <rect x="3.5" y="5" width="17" height="15.5" rx="2.5" />
      <path d="M3.5 10h17M8 3v4M16 3v4" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5.200l3.3 2" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.500c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" />
    </>
  ),
  link: <path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.600a4 4 0 0 0-5.7-5.700l-1.1 1.100M14 10a4 4 0 0 0-5.7 0l-3.6 3.600a4 4 0 0 0 5.7 5.700l1.1-1.1" />,
  mail: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2.5" />
      <path d="m3.8 7 8.2 6.200L20.2 7" />
    </>
  ),
  qr: <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.500v2.500H14zM17.5 17.500H20V20h-2.500zM19.5 14v.1M14.5 19.500v.1" />,
  plus: <path d="M12 4.500v15M4.5 12h15" />,
  trash: <path d="M4.5 7h15M9 7V4.500h6V7M6.5 7l.8 13h9.400l.8-13M10 11v5.500M14 11v5.5" />,
  edit: <path d="m4 20 .8-4.200L16.3 4.300a1.8 1.8 0 0 1 2.5 0l.9.9a1.8 1.8 0 0 1 0 2.500L8.2 19.200z" />,
  more: <path d="M5.5 12v.1M12 12v.1M18.5 12v.1" stroke-width="2.750" />,
  back: <path d="M20 12H4.500m6-6-6 6 6 6" />,
  forward: <path d="M4 12h15.500m-6-6 6 6-6 6" />,
  down: <path d="M12 4.500v15m6-6-6 6-6-6" />,
  reload: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.300L20 9.300M20 4v5.300h-5.3" />,
  key: (
    <>
      <circle cx="8" cy="15.5" r="4.5" />
      <path d="M11.3 12.3 20 3.600M16.5 7l3 3" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M3 12h18M12 3c2.600 2.500 3.900 5.500 3.900 9s-1.300 6.500-3.900 9c-2.600-2.500-3.900-5.500-3.900-9S9.400 5.500 12 3z" />
    </>
  ),
  pin: <path d="M7.500 3.500h9M9 3.500v6l-3.500 4.500h13L15 9.500v-6M12 14v7" transform="rotate(40 12 12)" />,
  pause: <path d="M8.5 5v14M15.5 5v14" stroke-width="2.500" />,
  eye: (
    <>
      <path d="M2.5 12c2.3-4.300 5.6-6.500 9.5-6.500s7.200 2.200 9.5 6.500c-2.300 4.300-5.600 6.500-9.500 6.500S4.800 16.300 2.500 12z" />
      <circle cx="12" cy="12" r="3" />
    </>
  ),
  'eye-off': (
    <>
      <path d="M2.5 12c2.3-4.300 5.6-6.500 9.5-6.500s7.200 2.200 9.5 6.500c-2.300 4.300-5.600 6.500-9.500 6.500S4.800 16.300 2.500 12z" />
      <circle cx="12" cy="12" r="3" />
      {slash}
    </>
  ),
  keyboard: <path d="M3 6.500h18v11H3zM6.500 10v.1M10 10v.1M14 10v.1M17.500 10v.1M8 14h8" />,
  notes: <path d="M5.500 3.500h13v17h-13zM9 8h6M9 12h6M9 16h3.500" />,
  photo: (
    <>
      <path d="M3.500 7.500h4l1.500-2.500h6l1.500 2.500h4v11.500h-17z" />
      <circle cx="12" cy="13" r="3.500" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.500" r="3.500" />
      <path d="M2.500 19.500c.6-3.400 3.100-5.200 6.500-5.200s5.900 1.800 6.500 5.200M15.500 5.300a3.500 3.500 0 0 1 0 6.400M18 14.800c1.900.8 3.100 2.300 3.500 4.700" />
    </>
  ),
  grid: <path d="M4 4.500h7v7H4zM13.500 4.500h7v7h-7zM4 13.500h7v7H4zM13.500 13.500h7v7h-7z" />,
  leaf: <path d="M5 19c0-8.500 4.500-13.500 14.500-14.500C19.500 14.500 15 19 8 17M5 19.500c1.500-4 4-6.500 8-8.500" />,
  print: <path d="M7 8.500v-5h10v5M7 16.500H3.500v-8h17v8H17M7 13.500h10v7H7z" />,
} satisfies Readonly<Record<string, JSX.Element>>;

export type IconName = keyof typeof DRAWINGS;

/** Point along the line of writing, and the other way where that runs from right to left. */
const ALONG: ReadonlySet<IconName> = new Set<IconName>(['back', 'forward', 'send']);
