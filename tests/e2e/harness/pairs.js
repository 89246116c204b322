// Which browser calls which: the doctor's first.

/** All four, or what `VISITE_E2E_PAIRS` names: `chromium-firefox,firefox-chromium`. */
export function pairs() {
  const all = [
    ['chromium', 'chromium'],
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
    ['firefox', 'firefox'],
  ];
  const only = process.env.VISITE_E2E_PAIRS?.split(',');
  return only ? all.filter((pair) => only.includes(pair.join('-'))) : all;
}
