"""The files family: list, read, search, write, edit, move and delete inside one granted folder."""

from runtime.tools.contract import Tool
from runtime.tools.files.moving import DeleteFile, MoveFile
from runtime.tools.files.options import FilesOptions, Grant
from runtime.tools.files.reading import ListFiles, ReadFile
from runtime.tools.files.searching import SearchFiles
from runtime.tools.files.writing import EditFile, WriteFile


class FilesFamily:
    """Builds the tools of a files grant."""

    name = "files"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of this grant; without those that change something when it is read only."""
        grant = Grant(FilesOptions.model_validate_json(options, strict=True), options)
        reads: tuple[Tool, ...] = (ListFiles(grant), ReadFile(grant), SearchFiles(grant))
        if grant.options.read_only:
            return reads
        return (*reads, WriteFile(grant), EditFile(grant), MoveFile(grant), DeleteFile(grant))
