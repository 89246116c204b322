// Ukrainian: the call and the check.

import call from './uk/call.ftl?raw';
import check from './uk/check.ftl?raw';

export default `${call}\n${check}`;
