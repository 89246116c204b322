// Ukrainian: consent, the call, the check, and what to do where camera or microphone don't open.

import call from './uk/call.ftl?raw';
import check from './uk/check.ftl?raw';
import consent from './uk/consent.ftl?raw';
import trouble from './uk/trouble.ftl?raw';

export default `${call}\n${check}\n${consent}\n${trouble}`;
