// Turkish: consent, the call and the check.

import call from './tr/call.ftl?raw';
import check from './tr/check.ftl?raw';
import consent from './tr/consent.ftl?raw';

export default `${call}\n${check}\n${consent}`;
