// Arabic: consent, the call, the check, and what to do where camera or microphone don't open.

import call from './ar/call.ftl?raw';
import check from './ar/check.ftl?raw';
import consent from './ar/consent.ftl?raw';
import trouble from './ar/trouble.ftl?raw';

export default `${call}\n${check}\n${consent}\n${trouble}`;
