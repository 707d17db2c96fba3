// What pages do beyond plain HTML, for browsers that run scripts. Every page works without it; each part says what it does.

import { offerCopies } from "./copy";
import { countMenu } from "./counts";
import { keepDrafts } from "./draft";
import { offerExports } from "./export";
import { goOn } from "./goes-on";
import { offerPalette } from "./palette";

keepDrafts();
offerExports();
goOn();
offerCopies();
countMenu();
offerPalette();
