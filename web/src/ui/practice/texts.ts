import { addTexts } from '../text.ts';
import de from '../text/de/practice.ftl?raw';
import en from '../text/en/practice.ftl?raw';

addTexts({ de, en });
