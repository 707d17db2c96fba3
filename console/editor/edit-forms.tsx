import type { Child } from "hono/jsx";

interface EditFormsProps {
  /** `/access-list`: the forms go to its `/save` and `/remove`. */
  readonly path: string;
  readonly texts: Readonly<Record<"edit" | "save" | "remove" | "removeHint" | "removeButton", string>>;
  /** What both forms say of the row they were shown for. */
  readonly hidden: Child;
  /** The fields to edit. */
  readonly children: Child;
}

/** The two things to be done with a row: change it, and remove it. */
export function EditForms({ path, texts, hidden, children }: EditFormsProps) {
  return (
    <>
      <form class="card" method="post" action={`${path}/save`}>
        <h2>{texts.edit}</h2>
        {hidden}
        {children}
        <button type="submit">{texts.save}</button>
      </form>
      <form class="card" method="post" action={`${path}/remove`}>
        <h2>{texts.remove}</h2>
        <p class="hint">{texts.removeHint}</p>
        {hidden}
        <button type="submit" class="danger">
          {texts.removeButton}
        </button>
      </form>
    </>
  );
}
