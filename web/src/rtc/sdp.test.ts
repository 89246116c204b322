import { expect, it } from 'vitest';
import { withFrugalVoice } from './sdp.ts';

it.each([
  { of: 'Chromium', given: 'minptime=10;useinbandfec=1', kept: ['minptime=10'] },
  { of: 'Firefox', given: 'maxplaybackrate=48000;stereo=1;useinbandfec=1', kept: ['maxplaybackrate=48000'] },
  { of: 'nobody', given: 'x', kept: ['x'] },
])('a voice that lasts is asked for, and what $of says besides stays', ({ given, kept }) => {
  const sdp = ['v=0', 'a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtpmap:111 opus/48000/2', `a=fmtp:111 ${given}`, 'a=fmtp:96 apt=97', ''].join('\r\n');

  const [, settings = ''] = /a=fmtp:111 (.*)\r\n/.exec(withFrugalVoice(sdp)) ?? [];

  expect(settings.split(';').sort()).toEqual([...kept, 'maxaveragebitrate=32000', 'sprop-stereo=0', 'stereo=0', 'usedtx=1', 'useinbandfec=1'].sort());
  expect(withFrugalVoice(sdp).replace(settings, given)).toBe(sdp);
});
