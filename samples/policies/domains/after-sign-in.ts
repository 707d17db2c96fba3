import { afterSignIn } from "entra-gatehouse";
import { messages, partners } from "./partners";

/** Here people learn before they fill in a form. */
export default afterSignIn([partners], { messages });
