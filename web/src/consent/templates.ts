// The texts that a practice starts from: German and English, for adults and for those who sign for a child. No legal advice: the practice checks them, and
// the console says so.

import type { RelayUse } from '../call/relay-use.ts';
import type { ConsentText } from './document.ts';

/** All four, in the practice's name, and true of the way that its visits take. */
export function templates(practice: string, relay: RelayUse = 'never'): readonly ConsentText[] {
  return TEMPLATES.map((text) => {
    const { way, addresses } = WAYS[text.language][relay];
    const markdown = text.markdown.replace('{way}', way).replace('{addresses}', addresses).replaceAll('{practice}', () => practice);
    return { ...text, markdown: markdown.trim(), version: 1 };
  });
}

/** How the two browsers meet, and who sees whose address. */
const WAYS: Readonly<Record<'de' | 'en', Readonly<Record<RelayUse, { readonly way: string; readonly addresses: string }>>>> = {
  de: {
    never: {
      way: 'Ihr Browser und unser Browser verbinden sich **direkt** miteinander.',
      addresses: 'Damit die direkte Verbindung zustande kommt, sehen beide Seiten die Internet-Adresse der anderen.',
    },
    'if-needed': {
      way: 'Ihr Browser und unser Browser verbinden sich **direkt** miteinander. Lassen die Netze das nicht zu, reicht eine **Zwischenstation** unseres Anbieters die Daten weiter.',
      addresses: 'Damit die Verbindung zustande kommt, sehen beide Seiten die Internet-Adresse der anderen. Die Zwischenstation sieht beide Adressen, aber nichts vom Inhalt.',
    },
    only: {
      way: 'Ihr Browser und unser Browser verbinden sich über eine **Zwischenstation** unseres Anbieters.',
      addresses: 'Die Zwischenstation sieht die Internet-Adressen beider Seiten, aber nichts vom Inhalt. Wir können Ihre Internet-Adresse sehen.',
    },
  },
  en: {
    never: {
      way: 'Your browser and ours connect **directly** to each other.',
      addresses: "To make the direct connection, each side sees the other's internet address.",
    },
    'if-needed': {
      way: "Your browser and ours connect **directly** to each other. Where the networks do not allow that, our provider's **relay** passes the data on.",
      addresses: "To make the connection, each side sees the other's internet address. The relay sees both addresses, and nothing of the content.",
    },
    only: {
      way: "Your browser and ours connect through our provider's **relay**.",
      addresses: 'The relay sees the internet addresses of both sides, and nothing of the content. We can see your internet address.',
    },
  },
};

const TEMPLATES: readonly (Omit<ConsentText, 'version'> & { readonly language: 'de' | 'en' })[] = [
  {
    id: 'de-adult',
    language: 'de',
    for: 'adult',
    title: 'Einwilligung in die Videosprechstunde',
    markdown: `
## Worum es geht
Sie möchten mit uns, {practice}, per Video sprechen. Dafür brauchen wir Ihre Einwilligung. Bitte lesen Sie diesen Text in Ruhe.

## Was dabei passiert
- {way} Bild, Ton, Nachrichten und Dateien sind dabei verschlüsselt. Nur Sie und wir können sie sehen und hören.
- Der Server stellt nur die Verbindung her. Er erfährt weder Ihren Namen noch den Inhalt des Gesprächs.
- **Niemand zeichnet das Gespräch auf**, weder wir noch Sie.
- {addresses}
- Wir schreiben wie bei jedem Termin in Ihre Akte, was für Ihre Behandlung wichtig ist.

## Wozu Sie einwilligen können
- **Bild und Ton:** Wir sehen und hören einander per Video.
- **Fotos:** Fotos dürfen hin und her geschickt werden, zum Beispiel von einer Wunde. Wir dürfen sie in Ihrer Akte speichern.
- **Dateien:** Andere Dateien dürfen hin und her geschickt werden, zum Beispiel ein Befund. Wir dürfen sie in Ihrer Akte speichern.

Ohne Bild und Ton gibt es kein Videogespräch. Über Fotos und Dateien entscheiden Sie frei.

## Ihre Entscheidung ist freiwillig
- Sie müssen nicht einwilligen. **Es entsteht Ihnen kein Nachteil**: Sie können stattdessen zu uns in die Praxis kommen.
- Sie können Ihre Einwilligung **jederzeit widerrufen**, auch mitten im Gespräch, ohne einen Grund zu nennen. Der Widerruf gilt für die Zukunft. Was bis dahin geschehen ist, bleibt erlaubt.
- Per Video ist nicht jede Untersuchung möglich. Vielleicht bitten wir Sie danach in die Praxis.

## Was wir Sie bitten
- Sorgen Sie dafür, dass bei Ihnen niemand ungewollt mithört. Ist noch jemand im Raum, sagen Sie es uns bitte. Wir tun das auch.
- Nehmen Sie das Gespräch nicht auf.

## Wer verantwortlich ist
Verantwortlich für Ihre Daten ist {practice}. Ihr Name, Ihre Unterschrift und dieser Text gehen verschlüsselt von Ihrem Browser zu uns und sonst zu niemandem. Bei Fragen zu Ihren Daten, für Auskunft oder Beschwerden wenden Sie sich bitte an uns oder an die Datenschutz-Aufsicht Ihres Bundeslandes.
`,
  },
  {
    id: 'de-guardian',
    language: 'de',
    for: 'guardian',
    title: 'Einwilligung in die Videosprechstunde für ein Kind',
    markdown: `
## Worum es geht
Ihr Kind soll bei uns, {practice}, per Video behandelt oder beraten werden. Dafür brauchen wir Ihre Einwilligung als Mutter, Vater oder andere Person mit Sorgerecht. Bitte lesen Sie diesen Text in Ruhe, und sprechen Sie mit Ihrem Kind darüber.

## Was dabei passiert
- {way} Bild, Ton, Nachrichten und Dateien sind dabei verschlüsselt. Nur Sie, Ihr Kind und wir können sie sehen und hören.
- Der Server stellt nur die Verbindung her. Er erfährt weder Namen noch den Inhalt des Gesprächs.
- **Niemand zeichnet das Gespräch auf**, weder wir noch Sie.
- {addresses}
- Wir schreiben wie bei jedem Termin in die Akte Ihres Kindes, was für die Behandlung wichtig ist.

## Wozu Sie einwilligen können
- **Bild und Ton:** Wir sehen und hören einander per Video.
- **Fotos:** Fotos dürfen hin und her geschickt werden, zum Beispiel von einem Ausschlag. Wir dürfen sie in der Akte Ihres Kindes speichern.
- **Dateien:** Andere Dateien dürfen hin und her geschickt werden, zum Beispiel ein Befund. Wir dürfen sie in der Akte Ihres Kindes speichern.

Ohne Bild und Ton gibt es kein Videogespräch. Über Fotos und Dateien entscheiden Sie frei.

## Ihre Entscheidung ist freiwillig
- Sie müssen nicht einwilligen. **Ihnen und Ihrem Kind entsteht kein Nachteil**: Sie können stattdessen zu uns in die Praxis kommen.
- Sie können Ihre Einwilligung **jederzeit widerrufen**, auch mitten im Gespräch, ohne einen Grund zu nennen. Der Widerruf gilt für die Zukunft. Was bis dahin geschehen ist, bleibt erlaubt.
- Per Video ist nicht jede Untersuchung möglich. Vielleicht bitten wir Sie danach in die Praxis.

## Was Sie mit Ihrer Unterschrift bestätigen
- Sie dürfen für das Kind entscheiden. Haben mehrere Personen das Sorgerecht, so sind sie einverstanden.

## Was wir Sie bitten
- Bleiben Sie während des Gesprächs bei Ihrem Kind, soweit nichts anderes besprochen ist.
- Sorgen Sie dafür, dass bei Ihnen niemand ungewollt mithört. Ist noch jemand im Raum, sagen Sie es uns bitte. Wir tun das auch.
- Nehmen Sie das Gespräch nicht auf.

## Wer verantwortlich ist
Verantwortlich für die Daten ist {practice}. Ihr Name, Ihre Unterschrift und dieser Text gehen verschlüsselt von Ihrem Browser zu uns und sonst zu niemandem. Bei Fragen zu den Daten, für Auskunft oder Beschwerden wenden Sie sich bitte an uns oder an die Datenschutz-Aufsicht Ihres Bundeslandes.
`,
  },
  {
    id: 'en-adult',
    language: 'en',
    for: 'adult',
    title: 'Consent to a video consultation',
    markdown: `
## What this is about
You would like to talk to us, {practice}, by video. For this we need your consent. Please take your time to read this text.

## What happens
- {way} Picture, sound, messages and files are encrypted. Only you and we can see and hear them.
- The server only helps to make the connection. It learns neither your name nor what is said.
- **Nobody records the conversation**, neither we nor you.
- {addresses}
- As with any appointment, we note in your record what matters for your treatment.

## What you can agree to
- **Picture and sound:** we see and hear each other by video.
- **Photos:** photos may be sent in both directions, of a wound for example. We may keep them in your record.
- **Files:** other files may be sent in both directions, a report for example. We may keep them in your record.

Without picture and sound there is no video consultation. Photos and files are your free choice.

## Your decision is voluntary
- You do not have to agree. **You will have no disadvantage**: you can come to the practice instead.
- You can **take your consent back at any time**, also in the middle of the conversation, without giving a reason. This applies to the future. What was done until then remains lawful.
- Not every examination is possible by video. We may ask you to come to the practice afterwards.

## What we ask of you
- Make sure that nobody listens whom you do not want to. If somebody else is in the room, please tell us. So will we.
- Do not record the conversation.

## Who is responsible
{practice} is responsible for your data. Your name, your signature and this text go encrypted from your browser to us and to nobody else. For questions about your data, for access or complaints, please turn to us or to the data protection authority of your federal state.
`,
  },
  {
    id: 'en-guardian',
    language: 'en',
    for: 'guardian',
    title: 'Consent to a video consultation for a child',
    markdown: `
## What this is about
Your child is to be treated or advised by us, {practice}, by video. For this we need your consent as mother, father or other person with custody. Please take your time to read this text, and talk to your child about it.

## What happens
- {way} Picture, sound, messages and files are encrypted. Only you, your child and we can see and hear them.
- The server only helps to make the connection. It learns neither names nor what is said.
- **Nobody records the conversation**, neither we nor you.
- {addresses}
- As with any appointment, we note in your child's record what matters for the treatment.

## What you can agree to
- **Picture and sound:** we see and hear each other by video.
- **Photos:** photos may be sent in both directions, of a rash for example. We may keep them in your child's record.
- **Files:** other files may be sent in both directions, a report for example. We may keep them in your child's record.

Without picture and sound there is no video consultation. Photos and files are your free choice.

## Your decision is voluntary
- You do not have to agree. **Neither you nor your child will have a disadvantage**: you can come to the practice instead.
- You can **take your consent back at any time**, also in the middle of the conversation, without giving a reason. This applies to the future. What was done until then remains lawful.
- Not every examination is possible by video. We may ask you to come to the practice afterwards.

## What you confirm with your signature
- You may decide for the child. If several people have custody, they agree.

## What we ask of you
- Stay with your child during the conversation, unless agreed otherwise.
- Make sure that nobody listens whom you do not want to. If somebody else is in the room, please tell us. So will we.
- Do not record the conversation.

## Who is responsible
{practice} is responsible for the data. Your name, your signature and this text go encrypted from your browser to us and to nobody else. For questions about the data, for access or complaints, please turn to us or to the data protection authority of your federal state.
`,
  },
];
