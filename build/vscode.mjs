// npm run vscode: packs editors/vscode into a .vsix, the zip that `code --install-extension` takes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { rolldown } from 'rolldown';
import { ROOT } from './package.mjs';

const FOLDER = join(ROOT, 'editors/vscode');
const FILES = [
  'package.json',
  'README.md',
  'language-configuration.json',
  'syntaxes/air.tmLanguage.json',
  'snippets/air.json',
];
/** Equal contents give equal bytes. Zip knows no earlier time, and takes it as that of its own zone. */
const MADE = new Date(1980, 0, 1);

const read = path => new Uint8Array(readFileSync(path));
const text = content => new TextEncoder().encode(content);

/** The extension and the client of the protocol, as one file. */
async function extension() {
  const build = await rolldown({
    cwd: ROOT,
    input: join(FOLDER, 'extension.ts'),
    platform: 'node',
    external: ['vscode'],
    checks: { bundlerTimings: false },
  });
  const { output } = await build.generate({ format: 'cjs', minify: true });
  await build.close();
  return text(output[0].code);
}

const escaped = value =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What the editor reads before it unpacks. */
function manifest({ name, publisher, version, displayName, description, engines, categories }) {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escaped(name)}" Version="${escaped(version)}" Publisher="${escaped(publisher)}" />
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>air</Tags>
    <Categories>${escaped(categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <License>extension/LICENSE.txt</License>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${escaped(engines.vscode)}" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace" />
    </Properties>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true" />
  </Assets>
</PackageManifest>
`;
}

const CONTENT_TYPES = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json" />
  <Default Extension=".vsixmanifest" ContentType="text/xml" />
  <Default Extension=".cjs" ContentType="application/javascript" />
  <Default Extension=".md" ContentType="text/markdown" />
  <Default Extension=".txt" ContentType="text/plain" />
</Types>
`;

const content = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8'));
const files = {
  'extension.vsixmanifest': text(manifest(content)),
  '[Content_Types].xml': text(CONTENT_TYPES),
  'extension/extension.cjs': await extension(),
  'extension/LICENSE.txt': read(join(ROOT, 'LICENSE')),
};
for (const file of FILES) files[`extension/${file}`] = read(join(FOLDER, file));

const [out = join(ROOT, `${content.name}-${content.version}.vsix`)] = process.argv.slice(2);
writeFileSync(resolve(out), zipSync(files, { mtime: MADE }));
process.stdout.write(`${resolve(out)}\n`);
