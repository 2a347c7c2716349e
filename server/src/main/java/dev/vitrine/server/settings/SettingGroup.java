package dev.vitrine.server.settings;

import java.util.List;

/** Settings of one owner, under one title in the help and in the READMEs. */
record SettingGroup(Words title, List<Setting<?>> settings) {
  static SettingGroup of(String english, String chinese, Setting<?>... settings) {
    return new SettingGroup(new Words(english, chinese), List.of(settings));
  }
}
