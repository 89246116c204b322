// Turkish: consent, the call, the check, and what to do where camera or microphone don't open.

import call from './tr/call.ftl?raw';
import check from './tr/check.ftl?raw';
import consent from './tr/consent.ftl?raw';
import trouble from './tr/trouble.ftl?raw';

export default `${call}\n${check}\n${consent}\n${trouble}`;
