import { MARK } from "../../console/parts/icon";
import { BASE_STYLE } from "../../console/style/base-style";

/** A page in the console's look. It loads nothing. @param content markup */
export function plainPage(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${BASE_STYLE}
main.card { max-width: 28rem; margin: 10vh auto; padding: 1.25rem 1.5rem; }
main button { display: flex; width: 100%; min-height: 2.75rem; margin: .5rem 0; }</style>
<main class="card"><p class="brand">${MARK}<span>Gatehouse</span></p>
${content}</main></html>
`;
}
