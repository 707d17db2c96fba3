import type { Child } from "hono/jsx";
import { frameTexts } from "../texts/frame-texts";
import { ButtonLink } from "./forms";

/** What is asked before something is done, with the form that does it. Of a form or link with `data-asks`, scripts show it where the button was (browser/questions.ts); it is a page of its own elsewhere. */
export function ConfirmQuestion({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <section data-question="" aria-label={title}>
      {children}
    </section>
  );
}

/** Out of a question, beside its button. */
export function CancelLink({ path }: { readonly path: string }) {
  return <ButtonLink path={path} text={frameTexts.cancel} data-cancel="" />;
}
