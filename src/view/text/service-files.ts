import { brand } from "../../domain/brand.ts";

/** What a service manager of a user is told to keep running. */
export interface ServiceFacts {
  /** Of letters, digits, dashes and low lines. */
  readonly name: string;
  readonly repository: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Exit codes that say how a run ended: begun again it would end so again. */
const ends = [1, 2, 3, 4];

/** A line of a unit holds no control characters, and knows three signs of its own. */
const inUnit = (text: string, specifiers: readonly string[] = ["%"]): string =>
  `"${specifiers.reduce((done, sign) => done.replaceAll(sign, sign + sign), text.replaceAll(/[\\"]/g, String.raw`\$&`)).replaceAll(/[\p{Cc}]/gu, " ")}"`;

/** A path that is a whole value stands without quotes. */
const wholeValue = (text: string): string => text.replaceAll("%", "%%").replaceAll(/[\p{Cc}]/gu, " ");

export const systemdUnit = ({ name, repository, argv, env }: ServiceFacts): string => `\
# Put it in place:  ${brand.bin} service print systemd > ~/.config/systemd/user/${name}.service
# Start it:         systemctl --user daemon-reload && systemctl --user start ${name}
# At each login:    systemctl --user enable ${name}
# After a logout:   loginctl enable-linger
# What it says:     journalctl --user -u ${name}
[Unit]
Description=${brand.name} in ${wholeValue(repository)}

[Service]
Type=exec
WorkingDirectory=${wholeValue(repository)}
ExecStart=${argv.map((word) => inUnit(word, ["%", "$"])).join(" ")}
${Object.entries(env)
  .map(([key, value]) => `Environment=${inUnit(`${key}=${value}`)}`)
  .join("\n")}
KillMode=mixed
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=${ends.join(" ")}
SuccessExitStatus=130
TimeoutStopSec=120

[Install]
WantedBy=default.target
`;

const inXml = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

export const launchdPlist = ({ name, repository, argv, env }: ServiceFacts): string => `\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Put it in place: ${brand.bin} service print launchd > ~/Library/LaunchAgents/${name}.plist
     Start it:        launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/${name}.plist
     End it:          launchctl bootout gui/$(id -u)/${name} -->
<plist version="1.0">
<dict>
  <key>Label</key><string>${name}</string>
  <key>WorkingDirectory</key><string>${inXml(repository)}</string>
  <key>ProgramArguments</key>
  <array>
${argv.map((word) => `    <string>${inXml(word)}</string>`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(env)
  .map(([key, value]) => `    <key>${inXml(key)}</key><string>${inXml(value)}</string>`)
  .join("\n")}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>Crashed</key><true/></dict>
  <key>ThrottleInterval</key><integer>30</integer>
  <key>ExitTimeOut</key><integer>120</integer>
  <key>ProcessType</key><string>Background</string>
</dict>
</plist>
`;
