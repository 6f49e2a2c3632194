; The installer for Windows, for Inno Setup 6 (6.3 or later). packaging/archives.py compiles it:
;   ISCC /DVersion=0.1.0 /DProgram=DIST\GAN Studio /DIcon=gan-studio.ico /OOUT /FNAME installer.iss
; It installs for one user and needs no administrator. Uninstalling leaves runs and settings.

#ifndef Version
  #error Say which version: /DVersion=0.1.0
#endif
#ifndef Program
  #define Program "..\..\dist\GAN Studio"
#endif
#ifndef Icon
  #define Icon "..\..\build\icons\gan-studio.ico"
#endif
#define Name "GAN Studio"
#define Lesson "GanStudio.Lesson"
#define Run "GanStudio.Run"

[Setup]
; Never changed: a later version finds the earlier one by it. The first brace is doubled.
AppId={{6D3B7A52-4C1E-4F0B-9B7E-2C5A8E71D9F4}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher=The GAN Studio developers
PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\{#Name}.exe
UninstallDisplayName={#Name}
Compression=lzma2/max
SolidCompression=yes
LZMAUseSeparateProcess=yes
WizardStyle=modern
ChangesAssociations=yes
; Asks to close a running program instead of leaving half of it behind.
CloseApplications=yes
RestartApplications=no

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[CustomMessages]
english.Kept=GAN Studio has been removed.%n%nYour runs, settings and downloads are still in these folders. Delete them if you want nothing left:%n%n%1

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; Libraries of an earlier version must not lie beside those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{userprograms}\{#Name}"; Filename: "{app}\{#Name}.exe"; AppUserModelID: "io.github.gan_studio.GanStudio"
Name: "{userdesktop}\{#Name}"; Filename: "{app}\{#Name}.exe"; AppUserModelID: "io.github.gan_studio.GanStudio"; Tasks: desktopicon

[Registry]
; Lessons
Root: HKCU; Subkey: "Software\Classes\.ganlesson"; ValueType: string; ValueData: "{#Lesson}"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\.ganlesson"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-gan-studio-lesson+json"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\{#Lesson}"; ValueType: string; ValueData: "GAN Studio lesson"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\{#Lesson}\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Name}.exe,0"
Root: HKCU; Subkey: "Software\Classes\{#Lesson}\shell\open\command"; ValueType: string; ValueData: """{app}\{#Name}.exe"" ""%1"""
; Runs
Root: HKCU; Subkey: "Software\Classes\.ganrun"; ValueType: string; ValueData: "{#Run}"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\.ganrun"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-gan-studio-run+json"; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKCU; Subkey: "Software\Classes\{#Run}"; ValueType: string; ValueData: "GAN Studio run"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\{#Run}\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Name}.exe,0"
Root: HKCU; Subkey: "Software\Classes\{#Run}\shell\open\command"; ValueType: string; ValueData: """{app}\{#Name}.exe"" ""%1"""

[Run]
Filename: "{app}\{#Name}.exe"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent

[Code]
// The person's own work stays; they are told where it is.
procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Work: String;
begin
  Work := ExpandConstant('{localappdata}\{#Name}');
  if (Step = usPostUninstall) and DirExists(Work) and not UninstallSilent then
    MsgBox(FmtMessage(CustomMessage('Kept'), [Work]), mbInformation, MB_OK);
end;
