import { addTexts } from '../text.ts';
import de from '../text/de/inviting.ftl?raw';
import en from '../text/en/inviting.ftl?raw';

addTexts({ de, en });
