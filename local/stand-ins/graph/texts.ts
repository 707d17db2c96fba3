import * as v from "valibot";

/** A text that is not empty. @param longest in UTF-16 units */
export const boundedText = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

export const mailAddress = v.pipe(v.string(), v.regex(/^[^@\s]+@[^@\s]+$/));
