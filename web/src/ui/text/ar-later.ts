// Arabic: consent, the call and the check.

import call from './ar/call.ftl?raw';
import check from './ar/check.ftl?raw';
import consent from './ar/consent.ftl?raw';

export default `${call}\n${check}\n${consent}`;
