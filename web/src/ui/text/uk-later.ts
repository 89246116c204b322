// Ukrainian: consent, the call and the check.

import call from './uk/call.ftl?raw';
import check from './uk/check.ftl?raw';
import consent from './uk/consent.ftl?raw';

export default `${call}\n${check}\n${consent}`;
