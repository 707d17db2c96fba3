interface ExpiryInputProps {
  /** Begins the ids of the field and its hint. */
  readonly name: string;
  readonly value: string;
  readonly texts: Readonly<Record<"expiresAt" | "expiresHint", string>>;
}

/** The field for the day from which a row counts for nothing. */
export function ExpiryInput({ name, value, texts }: ExpiryInputProps) {
  return (
    <div>
      <label for={`${name}-expires`}>{texts.expiresAt}</label>
      <input id={`${name}-expires`} name="expiresAt" value={value} aria-describedby={`${name}-expires-hint`} autocomplete="off" />
      <small id={`${name}-expires-hint`}>{texts.expiresHint}</small>
    </div>
  );
}
