// Turkish: the call and the check.

import call from './tr/call.ftl?raw';
import check from './tr/check.ftl?raw';

export default `${call}\n${check}`;
