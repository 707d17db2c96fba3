// The handler's way to the pages of features.
export { mailAnswers } from "../features/lists/mail-answers";
