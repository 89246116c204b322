// Somebody's Markdown as elements: of the tree's few kinds, and nothing else.

import { type Inline, readMarkdown } from '../../consent/markdown.ts';

/** `top`: the level of its highest heading on the page. */
export function Markdown({ source, top = 3 }: { readonly source: string; readonly top?: 3 | 4 }) {
  return (
    <>
      {readMarkdown(source).map((block, at) => {
        switch (block.type) {
          case 'heading': {
            const Heading = top === 3 && block.level <= 2 ? 'h3' : 'h4';
            return (
              <Heading key={at}>
                <Words content={block.content} />
              </Heading>
            );
          }
          case 'paragraph':
            return (
              <p key={at}>
                <Words content={block.content} />
              </p>
            );
          case 'list': {
            const List = block.ordered ? 'ol' : 'ul';
            return (
              <List key={at}>
                {block.items.map((item, index) => (
                  <li key={index}>
                    <Words content={item} />
                  </li>
                ))}
              </List>
            );
          }
        }
      })}
    </>
  );
}

function Words({ content }: { readonly content: readonly Inline[] }) {
  return (
    <>
      {content.map(({ text, style }, at) => {
        if (style === 'strong') return <strong key={at}>{text}</strong>;
        return style === 'emphasis' ? <em key={at}>{text}</em> : text;
      })}
    </>
  );
}
