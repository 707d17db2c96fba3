interface NoteInputProps {
  readonly id: string;
  readonly text: string;
}

/** The field for a row's note: of several lines where the note has some, as a field of one line would drop their ends. */
export function NoteInput({ id, text }: NoteInputProps) {
  if (!/[\r\n]/.test(text)) return <input id={id} name="note" value={text} autocomplete="off" />;
  return (
    <textarea id={id} name="note">
      {/* The first line end of a text area is not part of it. */}
      {`\n${text}`}
    </textarea>
  );
}
