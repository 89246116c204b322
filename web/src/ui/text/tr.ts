// Turkish: everything that a guest meets first, in one file, so that no part of the page waits for its texts. What is sent to guests stays with who sends it.

const catalogues = import.meta.glob<string>(['./tr/*.ftl', '!./tr/call.ftl', '!./tr/check.ftl', '!./tr/consent.ftl', '!./tr/invite.ftl', '!./tr/trouble.ftl'], { query: '?raw', import: 'default', eager: true });

export default Object.values(catalogues).join('\n');
