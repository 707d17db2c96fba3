import { accessList, afterSignIn } from "entra-gatehouse";

/** After the person signed in with an identity provider: turns people away before they fill in a form. */
export default afterSignIn([accessList()]);
