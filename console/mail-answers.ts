// Gives the handler the mail-answer pages of features.
export { mailAnswers } from "../features/lists/mail-answers";
